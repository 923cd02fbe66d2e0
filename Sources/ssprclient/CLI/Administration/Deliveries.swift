import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `ssprclient deliveries`.
struct Deliveries: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries", abstract: "List messages of the last days, what became of them and why.")

    @Option(help: "Only messages about this account.", transform: { try AccountName($0) })
    var account: AccountName?

    @Flag(help: "Only those that failed.")
    var failed = false

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        var table = try Table(
            [
                .init(name: "queued", width: 20), .init(name: "account", width: 12), .init(name: "channel", width: 7),
                .init(name: "kind", width: 16), .init(name: "state", width: 8), .init(name: "reason", width: 15),
                .init(name: "tries", width: 5), .init(name: "settled", width: 20), .init(name: "delivery", width: 16),
            ], on: console)
        var after: UInt64? = 0
        while let number = after {
            let page = try console.call(
                ListDeliveries.self, .init(after: number, account: account, state: failed ? .failed : nil),
                doing: "list deliveries", in: .administration)
            for row in page.deliveries {
                try table.print([
                    Moment.text(row.queuedAt), row.account?.text ?? "-", row.channel.rawValue, row.kind.rawValue,
                    row.state.rawValue, row.reason?.rawValue ?? "-", "\(row.attempts)",
                    row.settledAt.map(Moment.text) ?? "-", "\(row.id)",
                ]) { try JSONBridge.json(of: row) }
            }
            after = page.isLast ? nil : page.reached
        }
        try table.finish()
    }
}
