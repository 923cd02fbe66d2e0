import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `report activity`.
struct ActivityReport: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "activity",
        abstract:
            "Count resets, unlocks, changes, registrations and blocks, proofs by method, and where recoveries end.")

    @Option(
        help: "What time is divided into: hour, day or week. (default: day)",
        transform: { text in
            guard let bucket = ReportBucket(rawValue: text) else {
                throw ValidationError("--bucket takes hour, day or week.")
            }
            return bucket
        })
    var bucket: ReportBucket?

    @OptionGroup var time: ReportTime
    @OptionGroup var options: ReportOptions
    @OptionGroup var global: GlobalOptions

    /// As many rows as anybody reads, and a chart can show.
    private static let mostBuckets = 2000

    private static let series: [(key: String, title: String, kind: EventKind)] = [
        ("resets", "resets", .passwordReset), ("unlocks", "unlocks", .accountUnlocked),
        ("changes", "changes", .passwordChanged), ("registrations", "registrations", .methodRegistered),
        ("blocked", "blocked", .recoveryBlocked),
    ]

    func perform(on console: Console) throws {
        let time = try time.range(of: .hours(7 * 24))
        let bucket = bucket ?? .day
        let first = bucket.start(of: time.from)
        guard (time.to - first).milliseconds / bucket.length.milliseconds < Self.mostBuckets else {
            throw CommandFailure(
                .usage, "more than \(Self.mostBuckets) rows", why: nil, next: "give a longer --bucket or a shorter time"
            )
        }
        let figures = try ActivityFigures.read(from: time.from, to: time.to, by: bucket, on: console)
        var starts: [Timestamp] = []
        var start = first
        while start < time.to {
            starts.append(start)
            start = start + bucket.length
        }
        try options.print(
            Report(
                name: "activity", title: "Activity", time: time,
                sections: [
                    Self.overTime(figures, starts, bucket), Self.outcomes(figures), Self.proofs(figures),
                    Self.steps(figures), Self.endings(figures), Self.times(figures),
                ],
                notes: [
                    "A recovery counts where it began; it is read to its end, also beyond the time.",
                    "Recoveries begun for names that are no account's: \(figures.steps.strangers). Callers of the help desk: \(figures.count(.callerAsked, .succeeded)).",
                ]),
            on: console)
    }

    private static func overTime(
        _ figures: ActivityFigures, _ starts: [Timestamp], _ bucket: ReportBucket
    ) -> ReportSection {
        // Once over all, not once for each cell.
        var cells: [Timestamp: [EventKind: UInt64]] = [:]
        for (key, count) in figures.tallies where key.outcome == .succeeded {
            cells[key.startsAt, default: [:]][key.kind, default: 0] += count
        }
        return ReportSection(
            key: "overTime", title: "What succeeded, by \(bucket.rawValue)",
            columns: [.init("startsAt", "from")] + series.map { .init($0.key, $0.title, unit: "events") },
            rows: starts.map { start in [.moment(start)] + series.map { .number(cells[start]?[$0.kind] ?? 0) } },
            picture: .piles(columns: Array(1...series.count)))
    }

    private static func outcomes(_ figures: ActivityFigures) -> ReportSection {
        ReportSection(
            key: "outcomes", title: "By outcome",
            columns: [.init("event", "event")]
                + EventOutcome.allCases.map { .init($0.rawValue, $0.rawValue, unit: "events") },
            rows: (series.map(\.kind) + [.passwordUndone, .signInLocked]).map { kind in
                [.text(kind.rawValue)] + EventOutcome.allCases.map { .number(figures.count(kind, $0)) }
            }, picture: nil)
    }

    private static func proofs(_ figures: ActivityFigures) -> ReportSection {
        ReportSection(
            key: "proofs", title: "Proofs by method",
            columns: [
                .init("method", "method"), .init("right", "right", unit: "proofs"),
                .init("wrong", "wrong", unit: "proofs"), .init("used", "used before", unit: "proofs"),
                .init("throttled", "throttled", unit: "proofs"),
            ],
            rows: MethodKind.allCases.map { kind in
                [.text(kind.rawValue)]
                    + [EventOutcome.succeeded, .refused, .used, .throttled]
                    .map { .number(figures.count(.proofAnswered, $0, of: kind)) }
            }, picture: .piles(columns: [1, 2, 3, 4]))
    }

    private static func steps(_ figures: ActivityFigures) -> ReportSection {
        let steps = figures.steps
        let counts = [
            ("begun", steps.begun), ("first proof", steps.proven), ("second proof", steps.provenTwice),
            ("granted", steps.granted), ("finished", steps.finished),
        ]
        return ReportSection(
            key: "steps", title: "How far recoveries came",
            columns: [
                .init("step", "step"), .init("recoveries", "recoveries", unit: "recoveries"),
                .init("percent", "of begun", unit: "%"),
            ],
            rows: counts.map { name, count in
                [
                    .text(name), .number(count),
                    steps.begun == 0 ? .none : .number((count * 100 + steps.begun / 2) / steps.begun),
                ]
            }, picture: .bars(column: 1))
    }

    private static func endings(_ figures: ActivityFigures) -> ReportSection {
        let steps = figures.steps
        return ReportSection(
            key: "endings", title: "How recoveries ended",
            columns: [
                .init("ending", "ending"), .init("recoveries", "recoveries", unit: "recoveries"),
                .init("percent", "of begun", unit: "%"),
            ],
            rows: ActivityFigures.Ending.allCases.map { ending in
                let count = steps.endings[ending] ?? 0
                return [
                    .text(ending.title), .number(count),
                    steps.begun == 0 ? .none : .number((count * 100 + steps.begun / 2) / steps.begun),
                ]
            }, picture: .bars(column: 1))
    }

    private static func times(_ figures: ActivityFigures) -> ReportSection {
        ReportSection(
            key: "times", title: "Time from begin to success",
            columns: [.init("percentile", "percentile"), .init("seconds", "time", unit: "s")],
            rows: Percentile.shown.map { [.text("p\($0)"), Percentile.seconds($0, of: figures.steps.times)] },
            picture: figures.steps.times.isEmpty ? nil : .bars(column: 1))
    }
}
