import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `report deliveries`.
struct DeliveryReport: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "Count the messages of the last 96 hours by channel, and how long they took.")

    @OptionGroup var time: ReportTime
    @OptionGroup var options: ReportOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let time = try time.range(of: .hours(96))
        var sums: [DeliveryChannel: (counts: [UInt64], delays: [UInt64])] = [:]
        var after: UInt64? = 0
        while let number = after {
            let page = try console.call(
                ReportDeliveries.self, .init(from: time.from, to: time.to, after: number), doing: "count messages",
                in: .administration)
            for figures in page.channels {
                let counts = [
                    figures.queued, figures.accepted, figures.failed, figures.expired, figures.waiting,
                    figures.withheld,
                ].map(UInt64.init)
                let before = sums[figures.channel] ?? (counts.map { _ in 0 }, [])
                sums[figures.channel] = (zip(before.counts, counts).map { $0 + $1 }, before.delays + figures.delays)
            }
            after = page.isLast ? nil : page.reached
        }
        let titles = ["queued", "accepted", "failed", "expired", "waiting", "withheld"]
        let channels = DeliveryChannel.allCases.compactMap { channel in sums[channel].map { (channel, $0) } }
        try options.print(
            Report(
                name: "deliveries", title: "Deliveries", time: time,
                sections: [
                    ReportSection(
                        key: "channels", title: "Messages by channel",
                        columns: [.init("channel", "channel")] + titles.map { .init($0, $0, unit: "messages") },
                        rows: channels.map { [.text($0.rawValue)] + $1.counts.map { .number($0) } },
                        picture: .piles(columns: [2, 3, 4, 5])),
                    ReportSection(
                        key: "times", title: "Time from queueing to acceptance",
                        columns: [.init("channel", "channel")]
                            + Percentile.shown.map { .init("p\($0)", "p\($0)", unit: "s") },
                        rows: channels.map { channel, sum in
                            let sorted = sum.delays.sorted()
                            return [.text(channel.rawValue)]
                                + Percentile.shown.map { Percentile.seconds($0, of: sorted) }
                        }, picture: nil),
                ],
                notes: [
                    "The daemon keeps what became of a message for 96 h, and of the newest 100,000; older ones are not counted.",
                    "Withheld: no courier was given it; it is not among those queued.",
                ]),
            on: console)
    }
}

/// `report blocked`.
struct BlockedReport: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "blocked", abstract: "List accounts that are blocked now, and who was refused most.")

    @OptionGroup var time: ReportTime
    @OptionGroup var options: ReportOptions
    @OptionGroup var global: GlobalOptions

    private static let mostOrigins = 20

    func perform(on console: Console) throws {
        let time = try time.range(of: .hours(24))
        var accounts: [BlockedAccount] = []
        var after: AccountName?
        repeat {
            let page = try console.call(
                ReportBlocked.self, .init(after: after), doing: "list blocked accounts", in: .administration)
            accounts += page.accounts
            after = page.reached
        } while after != nil
        let figures = try ActivityFigures.read(from: time.from, to: time.to, by: .week, on: console)
        let origins = figures.origins.sorted {
            let (left, right) = ($0.value.refused + $0.value.throttled, $1.value.refused + $1.value.throttled)
            return left == right ? Self.name($0.key) < Self.name($1.key) : left > right
        }
        try options.print(
            Report(
                name: "blocked", title: "Blocked", time: time,
                sections: [
                    ReportSection(
                        key: "accounts", title: "Accounts blocked now",
                        columns: [
                            .init("account", "account"), .init("use", "blocked"),
                            .init("failures", "failures", unit: "failures"), .init("since", "since"),
                            .init("until", "until"),
                        ],
                        rows: accounts.map {
                            [
                                .text($0.account.text), .text($0.use.rawValue), .number(UInt64($0.failures)),
                                .moment($0.since), .moment($0.until),
                            ]
                        }, picture: nil),
                    ReportSection(
                        key: "origins", title: "Who was refused most",
                        columns: [
                            .init("origin", "role:uid"), .init("refused", "refused", unit: "events"),
                            .init("throttled", "throttled", unit: "events"),
                        ],
                        rows: origins.prefix(Self.mostOrigins).map {
                            [.text(Self.name($0.key)), .number($0.value.refused), .number($0.value.throttled)]
                        }, picture: .piles(columns: [1, 2])),
                ], notes: ["Accounts as they are now; origins of the time above."]),
            on: console)
    }

    private static func name(_ actor: EventActor) -> String {
        actor.role.map { "\($0.rawValue):\(actor.uid)" } ?? "ssprd"
    }
}
