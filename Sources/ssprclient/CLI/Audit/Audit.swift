import ArgumentParser
import SSPRProtocol
import SSPRVocabulary
import StrictCBOR

/// `ssprclient audit`.
struct AuditGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read, follow and verify the audit trail.",
        subcommands: [AuditList.self, AuditFollow.self, AuditVerify.self])
}

/// Which records.
struct AuditFilter: ParsableArguments {
    @Option(help: "Only records of this account.", transform: { try AccountName($0) })
    var account: AccountName?

    @Option(
        help: "Only records of this kind, such as password.reset.",
        transform: { text in
            guard let kind = EventKind(rawValue: text) else {
                throw ValidationError(
                    "A kind is one of: \(EventKind.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return kind
        })
    var kind: EventKind?

    @Option(help: "Only records after this sequence number.")
    var after: UInt64 = 0

    @Option(help: "At most so many records.")
    var limit: UInt64?
}

/// `audit list`.
struct AuditList: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the records of the trail, oldest first.")

    @OptionGroup var filter: AuditFilter
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        var printer = try AuditPrinter(on: console, limit: filter.limit)
        var after = filter.after
        while !printer.isFull {
            let page = try console.call(
                ReadAudit.self, .init(after: after, account: filter.account, kind: filter.kind),
                doing: "read the audit trail",
                in: .audit)
            try printer.print(page.records)
            after = page.reached
            if page.isLast { break }
        }
        try printer.finish()
    }
}

/// `audit follow`.
struct AuditFollow: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Print the records of the trail as they come, until it is stopped.",
        discussion: "It begins after --after, so a reader that remembers the last sequence number misses nothing.")

    @OptionGroup var filter: AuditFilter
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        guard !(global.json || global.output == .json) else {
            throw CommandFailure(
                .usage, "a list that never ends is no JSON value", why: nil, next: "use --output jsonl")
        }
        var printer = try AuditPrinter(on: console, limit: filter.limit)
        var after = filter.after
        while !printer.isFull {
            let page = try console.call(
                FollowAudit.self, .init(after: after, account: filter.account, kind: filter.kind),
                doing: "follow the audit trail (it was read up to \(after))", in: .audit)
            try printer.print(page.records)
            after = page.reached
        }
        try printer.finish()
    }
}

/// `audit verify`.
struct AuditVerify: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify the whole trail; status 1 when something is wrong.",
        discussion:
            "With --head it also tells a trail that was replaced or cut: give the head that an earlier run printed.")

    @Option(
        help: ArgumentHelp("A head that was printed earlier and kept elsewhere.", valueName: "sequence:hex"),
        transform: { try AuditHead($0) })
    var head: AuditHead?

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let reply = try console.call(
            VerifyAudit.self, .init(sequence: head?.sequence, hash: head?.hash), doing: "verify the audit trail",
            in: .audit)
        if console.options.isJSON {
            try console.print(try JSONBridge.json(of: reply))
        } else {
            var entries: [(label: String, value: String)] = [
                ("Verified", "\(reply.verified)"), ("Head", "\(reply.verified):\(Hexadecimal.text(reply.head.bytes))"),
            ]
            if let bad = reply.firstBad { entries.append(("First bad record", "\(bad)")) }
            if let fault = reply.fault { entries.append(("Fault", fault.rawValue)) }
            try Card(entries).print(on: console)
        }
        guard reply.firstBad == nil, reply.fault == nil else {
            throw CommandFailure(
                .no, "the audit trail is not as it was written: record \(reply.firstBad.map { "\($0)" } ?? "unknown")",
                why: Self.words(reply.fault), next: "keep a copy of the database, and compare it with a backup")
        }
        console.say("All records are as they were written. Keep the head elsewhere.", .ok)
    }

    private static func words(_ fault: AuditFaultKind?) -> String {
        switch fault {
        case .gap: "A record is missing there."
        case .broken: "It does not follow from the record before it."
        case .unreadable: "Its bytes are not an event."
        case .head: "The records end before or after the stored head."
        case .foreignHead: "The record that --head names is not in this trail: it was replaced or cut."
        case nil: "ssprd does not say what is wrong with it."
        }
    }
}
