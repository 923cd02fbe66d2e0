import SSPRProtocol
import SSPRVocabulary

/// Prints records of the trail up to a limit.
struct AuditPrinter {
    private var table: Table
    private var left: UInt64

    init(on console: Console, limit: UInt64?) throws(CommandFailure) {
        left = limit ?? .max
        table = try Table(
            [
                .init(name: "seq", width: 6), .init(name: "time", width: 20), .init(name: "event", width: 19),
                .init(name: "result", width: 9), .init(name: "account", width: 12), .init(name: "actor", width: 12),
                .init(name: "method", width: 9), .init(name: "reason", width: 14), .init(name: "recovery", width: 16),
            ], on: console)
    }

    /// True when the limit is reached.
    var isFull: Bool { left == 0 }

    mutating func print(_ records: [AuditRecord]) throws {
        for record in records.prefix(Int(clamping: left)) {
            try table.print(Self.cells(record)) { try JSONBridge.json(of: record) }
            left -= 1
        }
    }

    func finish() throws(CommandFailure) {
        try table.finish()
    }

    private static func cells(_ record: AuditRecord) -> [String] {
        let event = record.event
        let actor = event.actor.role.map { "\($0.rawValue):\(event.actor.uid)" } ?? "ssprd"
        return [
            "\(record.sequence)", Moment.text(event.at), event.kind.rawValue, event.outcome.rawValue,
            event.account?.text ?? event.pseudonym.map { "(\($0.text))" } ?? "-", actor, event.method?.rawValue ?? "-",
            event.reason?.rawValue ?? event.change.map { $0.words(in: event.group) } ?? "-",
            event.recovery.map { "\($0)" } ?? "-",
        ]
    }
}
