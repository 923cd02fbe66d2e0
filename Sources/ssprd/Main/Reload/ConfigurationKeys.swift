import SSPRCrypto
import SSPRDomain
import SSPRServer
import SSPRVocabulary

/// A key of the configuration with its value, so that two configurations can be compared.
struct ConfigurationKey {
    /// What is compared, and shown as it is or counted.
    enum Value: Equatable {
        case text(String)
        /// A list that is too long to be shown.
        case words([String])
    }

    let name: String
    let value: Value
    /// True when only a restart can change it.
    var needsRestart = false
}

extension OpenConfiguration {
    /// Every key, in the order of the manual.
    var keys: [ConfigurationKey] {
        let hashing = values.hashing
        var keys: [ConfigurationKey] = [
            .init(name: "socket", value: .text(values.socket), needsRestart: true),
            .init(name: "state", value: .text(values.state), needsRestart: true),
            .init(name: "keys", value: .text(values.keys), needsRestart: true),
            .init(name: "witness", value: .text(values.witnessFile), needsRestart: true),
            // The pool's threads hold their memory for good; a second pool beside it would break the promised ceiling.
            .init(name: "hashing.passes", value: .text("\(hashing.passes)"), needsRestart: true),
            .init(name: "hashing.memoryKiB", value: .text("\(hashing.memoryKiB)"), needsRestart: true),
        ]
        keys += PolicyField.all.map { .init(name: $0.name, value: .text($0.read(values.policy).text)) }
        keys += [
            .init(name: "enablement", value: .text(values.policy.enablement.text)),
            .init(name: "passwords.banned", value: .words(values.policy.banned.terms.map(\.text))),
            .init(name: "passwords.organisation", value: .text(values.policy.organisation ?? "")),
            .init(name: "passwords.breached", value: .text(knownText)),
            .init(name: "helpDesk.contact", value: .text(values.helpDesk ?? "")),
            .init(name: "denied", value: .text(Self.list(values.roles.deniedUIDs))),
        ]
        for role in PeerRole.allCases where role != .person {
            let (uids, gids) = values.roles.holders(of: role)
            keys.append(.init(name: "roles.\(role.rawValue).users", value: .text(Self.list(uids))))
            keys.append(.init(name: "roles.\(role.rawValue).groups", value: .text(Self.list(gids))))
        }
        return keys
    }

    /// Which file, how many passwords, and the beginning of its checksum: another file may have taken its name.
    private var knownText: String {
        guard let breached, let path = values.breached else { return "" }
        let digits = breached.checksum.prefix(4).map { byte in
            let text = String(byte, radix: 16)
            return text.count < 2 ? "0" + text : text
        }
        return "\(breached.count) passwords, checksum \(digits.joined()), \(path)"
    }

    private static func list(_ numbers: [UInt32]) -> String { numbers.map(String.init).joined(separator: ", ") }
}

extension Enablement {
    /// The value as people read it.
    fileprivate var text: String {
        switch self {
        case .all: return "all"
        case .none: return "none"
        case .selected(let include, let exclude):
            func names(_ groups: [GroupName]) -> String { groups.map(\.text).joined(separator: ", ") }
            let without = exclude.isEmpty ? "nobody" : names(exclude)
            return "include \(include.map(names) ?? "everybody"); exclude \(without)"
        }
    }
}
