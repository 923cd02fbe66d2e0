import SSPRProtocol
import SSPRVocabulary

// `policy show --account NAME`.

extension Console {
    /// Prints what holds for an account, field by field, and which scope decided.
    func explainPolicy(for account: AccountName) throws {
        let reply = try manage(
            ExplainPolicy.self, .init(account: account), doing: "show the policy for \(account)",
            missing: "There is no account \(account).", list: "ssprclient accounts list")
        if options.isJSON { return try print(try JSONBridge.json(of: reply)) }
        let groups = reply.groups.map(\.text).joined(separator: ", ")
        say(
            groups.isEmpty
                ? "Version \(reply.version). \(account) is in no group that has a section in it."
                : "Version \(reply.version). \(account) is in \(groups); of every field the strictest value wins.")
        var table = try Table(
            [.init(name: "field", width: 28), .init(name: "value", width: 7), .init(name: "decided by", width: 30)],
            on: self)
        for decision in reply.decisions {
            try table.print([decision.field.text, decision.value.text, decision.why]) {
                try JSONBridge.json(of: decision)
            }
        }
        try table.finish()
    }
}

extension PolicyDecision {
    /// The scope that decided, and what the others say.
    fileprivate var why: String {
        let scope = group.map { "group \($0)" } ?? origin.rawValue
        guard !others.isEmpty else { return scope }
        let rest = others.map { "\($0.group.map { "group \($0)" } ?? $0.origin.rawValue) says \($0.value)" }
        return "\(scope); \(rest.joined(separator: ", "))"
    }
}

extension PolicySetting {
    /// The field, with the group in whose section it stands.
    var path: String { group.map { "groups.\($0).\(field)" } ?? field.text }
}

extension PolicyChange {
    /// What changes, in a line; a section that does not name the field has no value.
    var words: String { words(in: group) }

    /// The same for the trail, where the event names the group.
    func words(in group: GroupName?) -> String {
        let path = group.map { "groups.\($0).\(field)" } ?? field.text
        return "\(path): \(before.text.isEmpty ? "-" : before.text) -> \(after.text.isEmpty ? "-" : after.text)"
    }
}
