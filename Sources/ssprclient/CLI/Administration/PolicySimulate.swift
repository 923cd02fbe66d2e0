import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `policy simulate FILE`.
struct PolicySimulate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Try a document on the recoveries that have been.",
        discussion:
            "Nothing is changed. Every recovery that was proven is judged by the proofs that were given for it, with today's roles and groups."
    )

    @OptionGroup var file: PolicyFile

    @Option(
        help:
            "From when on: 2026-03-01, 2026-03-01T09:30:00Z, or how long ago, such as 7d; up to a year. (default: 30d)",
        transform: { try ReportMoment.read($0) })
    var since: Timestamp?

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let since = since ?? Moment.now + -Timestamp.Span.hours(30 * 24)
        let reply = try console.call(
            SimulatePolicy.self, .init(document: try file.read(), since: since), doing: "simulate the policy",
            in: .administration)
        if console.options.isJSON { return try console.print(try JSONBridge.json(of: reply)) }
        try console.print(
            "\(reply.proven) recoveries were proven since \(Moment.text(since)): \(reply.enough) would have been with the same proofs, \(reply.tooFew) would have needed more, \(reply.notAdmitted) would not have been allowed."
        )
        for tally in reply.proofs {
            try console.print(
                "would have needed more than \(tally.kinds.map(\.rawValue).joined(separator: " and ")): \(tally.count)")
        }
        for name in reply.names { try console.print("concerned: \(name)") }
        if reply.names.count == 100 { try console.print("and perhaps more: the first 100 are named") }
        if reply.gone > 0 { try console.print("\(reply.gone) were of accounts that there are no more") }
        console.say("Nothing was changed.", .dim)
    }
}
