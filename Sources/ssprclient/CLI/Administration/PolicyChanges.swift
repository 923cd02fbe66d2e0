import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `policy plan FILE`.
struct PolicyPlan: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Tell what a document would change and who could not recover any more.",
        discussion: "Nothing is changed. Every account is looked at, which takes a moment where there are many.")

    @OptionGroup var file: PolicyFile
    @OptionGroup var time: PolicyTime
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let reply = try console.call(
            PlanPolicy.self, .init(document: try file.read(), effectiveAt: time.effectiveAt), doing: "plan the policy",
            in: .administration)
        if console.options.isJSON { return try console.print(try JSONBridge.json(of: reply)) }
        try console.print(reply.changes)
        try console.print(
            "\(reply.accounts) accounts, \(reply.capable) can recover now: \(reply.losing) could not any more, \(reply.gaining) more could."
        )
        for name in reply.names { try console.print("could not recover: \(name)") }
        let unnamed = Int(reply.losing) - reply.names.count
        if unnamed > 0 { try console.print("and \(unnamed) more") }
        try console.printOvertaken(reply.overtaken, "would not come")
        console.say("Nothing was changed. It would follow version \(reply.base).", .dim)
    }
}

/// `policy apply FILE`.
struct PolicyApply: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Put a document into force, in the place of the one before.",
        discussion: "What the document does not name has the configuration file's value again.")

    @OptionGroup var file: PolicyFile
    @OptionGroup var time: PolicyTime
    @OptionGroup var change: PolicyChangeOptions
    @OptionGroup var grace: PolicyGrace
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let document = try file.read()
        let reply = try console.call(
            ApplyPolicy.self,
            .init(
                document: document, reason: change.reason, base: try change.expected(on: console),
                allowsLoss: change.allowLoss ? true : nil, effectiveAt: time.effectiveAt, graceDays: grace.days),
            doing: "apply the policy", in: .administration)
        try console.report(reply)
    }
}

/// `policy rollback VERSION`.
struct PolicyRollback: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Put the document of an earlier version into force once more, as a new version.")

    @Argument(help: "The version; 0 for the configuration file alone.")
    var version: UInt32

    @OptionGroup var time: PolicyTime
    @OptionGroup var change: PolicyChangeOptions
    @OptionGroup var grace: PolicyGrace
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let reply = try console.manage(
            RollBackPolicy.self,
            .init(
                version: version, reason: change.reason, base: try change.expected(on: console),
                allowsLoss: change.allowLoss ? true : nil, effectiveAt: time.effectiveAt, graceDays: grace.days),
            doing: "go back to version \(version)", missing: "There is no version \(version).",
            list: "ssprclient policy history")
        try console.report(reply)
    }
}

/// `policy cancel VERSION`.
struct PolicyCancel: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel a version that comes into force later.",
        discussion: "Only the last of them: what a later one changes was counted after this one.")

    @Argument(help: "The version.")
    var version: UInt32

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let reply = try console.manage(
            CancelPolicy.self, .init(version: version), doing: "cancel version \(version)",
            missing: "There is no version \(version).", list: "ssprclient policy history")
        if console.options.isJSON { return try console.print(try JSONBridge.json(of: reply)) }
        console.say("Version \(version) of the policy will not come into force.", .ok)
    }
}

/// From when a version holds.
struct PolicyTime: ParsableArguments {
    @Option(
        help: "From when it holds: 2026-03-01T09:30:00Z or a date, up to a year ahead. (default: at once)",
        transform: { try ReportMoment.read($0) })
    var effectiveAt: Timestamp?

    func validate() throws {
        guard effectiveAt.map({ $0 > Moment.now }) ?? true else {
            throw ValidationError("--effective-at lies in the past.")
        }
    }
}

/// For how long the version before still counts.
struct PolicyGrace: ParsableArguments {
    @Option(
        name: .customLong("grace"),
        help:
            "Days for which whoever has too little for it may recover by the version before: 0 to 90. (default: recovery.graceDays)",
        transform: { text in
            guard let days = UInt32(text), days <= 90 else { throw ValidationError("0 to 90 days.") }
            return days
        })
    var days: UInt32?
}

/// A policy document in a file.
struct PolicyFile: ParsableArguments {
    @Argument(help: "The document, YAML or JSON; \"-\" for the standard input.")
    var file: String

    /// The document; at most 64 KiB.
    func read() throws -> PolicySource { try PolicySource(file: file) }
}

extension PolicySource {
    /// Reads a document of at most 64 KiB; "-" is the standard input.
    init(file: String) throws {
        let lines = try InputLines(source: file, capacity: Self.maximumLength)
        guard let text = try lines.rest().revealText(), let source = try? PolicySource(text) else {
            throw CommandFailure(.badData, "\(file) is no text", why: "It is not UTF-8.", next: nil)
        }
        self = source
    }
}

/// How a change of the policy is meant.
struct PolicyChangeOptions: ParsableArguments {
    @Option(help: "Why, for the history: 1 to 200 characters.", transform: { try PolicyReason($0) })
    var reason: PolicyReason

    @Option(help: "The version that you have looked at: refused when there is a newer one. (default: the newest)")
    var base: UInt32?

    @Flag(help: "Also when more than 5 % or more than 10 of those who can recover could not any more.")
    var allowLoss = false

    /// The version after which the change is meant.
    func expected(on console: Console) throws(CommandFailure) -> UInt32 {
        if let base { return base }
        let shown = try console.call(ShowPolicy.self, .init(), doing: "look at the policy", in: .administration)
        return shown.newest ?? shown.version
    }
}

extension Console {
    /// Says what has changed.
    fileprivate func report(_ applied: AppliedPolicy) throws {
        if options.isJSON { return try print(try JSONBridge.json(of: applied)) }
        try print(applied.changes)
        try printOvertaken(applied.overtaken, "does not come")
        if let moment = applied.effectiveAt {
            return say("Version \(applied.version) of the policy comes into force \(Moment.text(moment)).", .ok)
        }
        say("Version \(applied.version) of the policy is in force.", .ok)
    }

    /// Names the versions that were to come into force later.
    fileprivate func printOvertaken(_ versions: [UInt32]?, _ what: String) throws(CommandFailure) {
        for version in versions ?? [] { try print("version \(version) \(what) into force any more") }
    }

    /// Prints changes of fields, one a line.
    func print(_ changes: [PolicyChange]) throws(CommandFailure) {
        for change in changes { try print(change.words) }
        if changes.isEmpty { try print("no field changes") }
    }
}
