import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `ssprclient report`.
struct ReportGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Count who can recover, what happened, and what became of messages.",
        subcommands: [RegistrationReport.self, ActivityReport.self, DeliveryReport.self, BlockedReport.self])
}

/// How a report is printed.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case csv
    case json
    case svg
}

/// Where a report goes.
struct ReportOptions: ParsableArguments {
    @Option(help: "How the report is printed: table, csv, json or svg. (default: table)")
    var format: ReportFormat?

    @Option(help: "Write it to this file, readable for its owner only, instead of the standard output.")
    var file: String?

    func print(_ report: Report, on console: Console) throws {
        let text =
            switch format ?? (console.options.isJSON ? .json : .table) {
            case .table: ReportTable.text(report, hasBars: !console.isAccessible)
            case .csv: ReportCSV.text(report)
            case .json: ReportJSON.text(report)
            case .svg: ReportSVG.text(report)
            }
        try console.write(text, to: file)
    }
}

/// Which time a report covers.
struct ReportTime: ParsableArguments {
    @Option(
        help: "From this moment on, in UTC: 2026-03-01, 2026-03-01T09:30:00Z, or how long ago: 7d, 24h.",
        transform: ReportMoment.read)
    var from: Timestamp?

    @Option(help: "Until before this moment. (default: now)", transform: ReportMoment.read)
    var to: Timestamp?

    /// The time; `span` long where no beginning is given.
    func range(of span: Timestamp.Span) throws -> (from: Timestamp, to: Timestamp) {
        let to = to ?? Moment.now
        let from = from ?? to + -span
        guard from < to else {
            throw CommandFailure(
                .usage, "no time lies between --from and --to", why: nil, next: "give --from the earlier one")
        }
        return (from, to)
    }
}

/// `report registration`.
struct RegistrationReport: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "registration",
        abstract: "Count accounts: enabled, licensed, registered, able to recover, by method.")

    @OptionGroup var options: ReportOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        var users = RegistrationSum()
        var administrators = RegistrationSum()
        var after: AccountName?
        repeat {
            let page = try console.call(
                ReportRegistration.self, .init(after: after), doing: "count accounts", in: .administration)
            users.add(page.users)
            administrators.add(page.administrators)
            after = page.reached
        } while after != nil
        func row(_ name: String, _ users: UInt64, _ administrators: UInt64) -> [ReportCell] {
            [.text(name), .number(users + administrators), .number(users), .number(administrators)]
        }
        func columns(_ key: String) -> [ReportSection.Column] {
            [
                .init(key, key), .init("all", "all", unit: "accounts"), .init("users", "users", unit: "accounts"),
                .init("administrators", "administrators", unit: "accounts"),
            ]
        }
        let kinds = MethodKind.allCases.filter { $0 != .temporaryPass }
        let report = Report(
            name: "registration", title: "Registration", time: nil,
            sections: [
                ReportSection(
                    key: "accounts", title: "Accounts", columns: columns("state"),
                    rows: RegistrationSum.rows.map {
                        row($0.name, users[keyPath: $0.path], administrators[keyPath: $0.path])
                    },
                    picture: .bars(column: 1)),
                ReportSection(
                    key: "methods", title: "Accounts with a usable method", columns: columns("method"),
                    rows: kinds.map { row($0.rawValue, users.methods[$0] ?? 0, administrators.methods[$0] ?? 0) },
                    picture: .bars(column: 1)),
            ], notes: ["Capable: keeps every rule of accounts explain but the block, which passes."])
        try options.print(report, on: console)
    }
}

/// Adds pages up.
private struct RegistrationSum {
    var accounts: UInt64 = 0
    var enabled: UInt64 = 0
    var licensed: UInt64 = 0
    var registered: UInt64 = 0
    var capable: UInt64 = 0
    var blocked: UInt64 = 0
    var methods: [MethodKind: UInt64] = [:]

    static var rows: [(name: String, path: KeyPath<RegistrationSum, UInt64>)] {
        [
            ("accounts", \.accounts), ("enabled", \.enabled), ("licensed", \.licensed), ("registered", \.registered),
            ("capable", \.capable), ("blocked", \.blocked),
        ]
    }

    mutating func add(_ page: RegistrationFigures) {
        accounts += UInt64(page.accounts)
        enabled += UInt64(page.enabled)
        licensed += UInt64(page.licensed)
        registered += UInt64(page.registered)
        capable += UInt64(page.capable)
        blocked += UInt64(page.blocked)
        for method in page.methods { methods[method.kind, default: 0] += UInt64(method.accounts) }
    }
}
