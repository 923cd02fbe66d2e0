import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `ssprclient policy`.
struct PolicyGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Look at the policy, see what a change would do, apply it, and take it back.",
        discussion: """
            A policy document is YAML or JSON with keys of ssprd's configuration file, and wins over it. It holds from its
            application on; recoveries and registrations that have begun go on under the policy that they began with.
            Its key groups has stricter values for the members of groups.
            """,
        subcommands: [
            PolicyShow.self, PolicyPlan.self, PolicySimulate.self, PolicyApply.self, PolicyHistory.self,
            PolicyRollback.self, PolicyCancel.self,
        ])
}

/// `policy show [VERSION]`.
struct PolicyShow: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show every field of the policy, and where its value comes from.")

    @Argument(help: "An earlier version; 0 is the configuration file alone.")
    var version: UInt32?

    @Flag(help: "Print the document alone, to be changed and applied.")
    var document = false

    @Option(help: "What holds for this account, and which of its groups says so.", transform: { try AccountName($0) })
    var account: AccountName?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard account == nil || (version == nil && !document) else {
            throw ValidationError("--account tells what holds now: without a version and without --document.")
        }
    }

    func perform(on console: Console) throws {
        if let account { return try console.explainPolicy(for: account) }
        let reply = try console.manage(
            ShowPolicy.self, .init(version: version), doing: "show the policy",
            missing: "There is no version \(version ?? 0).", list: "ssprclient policy history")
        if document { return try printDocument(reply, on: console) }
        if console.options.isJSON { return try console.print(try JSONBridge.json(of: reply)) }
        if let origin = reply.origin {
            console.say(
                "Version \(reply.version), applied \(Moment.text(origin.appliedAt)) by uid \(origin.uid): \(origin.reason)"
            )
            if let moment = origin.effectiveAt { console.say("It holds from \(Moment.text(moment)) on.") }
        } else {
            console.say("Version 0: no document, the configuration file alone.")
        }
        for row in reply.scheduled ?? [] where row.version != reply.version {
            let moment = Moment.text(row.effectiveAt ?? row.appliedAt)
            console.say("Version \(row.version) comes into force \(moment): \(row.reason)")
        }
        var table = try Table(
            [.init(name: "field", width: 28), .init(name: "value", width: 7), .init(name: "from", width: 13)],
            on: console)
        for setting in reply.settings + (reply.groups ?? []) {
            try table.print([setting.path, setting.value.text, setting.origin.rawValue]) {
                try JSONBridge.json(of: setting)
            }
        }
        try table.finish()
    }

    /// The fields that the document names, in YAML.
    private func printDocument(_ reply: ShowPolicy.Reply, on console: Console) throws(CommandFailure) {
        try printFields(reply.settings.filter { $0.origin == .document }, indent: "", on: console)
        var rest = (reply.groups ?? [])[...]
        if !rest.isEmpty { try console.print("groups:") }
        while let group = rest.first?.group {
            // A name may look like a number or like true.
            try console.print("  '\(group)':")
            try printFields(Array(rest.prefix { $0.group?.text == group.text }), indent: "    ", on: console)
            rest = rest.drop { $0.group?.text == group.text }
        }
    }

    private func printFields(
        _ settings: [PolicySetting], indent: String, on console: Console
    ) throws(CommandFailure) {
        var open: [String] = []
        for setting in settings {
            let parts = setting.field.text.split(separator: ".").map(String.init)
            let sections = Array(parts.dropLast())
            let common = zip(open, sections).prefix { $0 == $1 }.count
            for depth in common..<sections.count {
                try console.print("\(indent)\(String(repeating: "  ", count: depth))\(sections[depth]):")
            }
            open = sections
            try console.print(
                "\(indent)\(String(repeating: "  ", count: sections.count))\(parts.last ?? ""): \(setting.value)")
        }
    }
}

/// `policy history`.
struct PolicyHistory: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "List the versions of the policy, newest first.")

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        var table = try Table(
            [
                .init(name: "version", width: 7), .init(name: "state", width: 9), .init(name: "applied", width: 20),
                .init(name: "holds from", width: 20), .init(name: "uid", width: 6), .init(name: "restores", width: 8),
                .init(name: "reason", width: 20),
            ], on: console)
        var page: ListPolicies.Reply?
        repeat {
            let next = try console.call(
                ListPolicies.self, .init(before: page?.versions.last?.version), doing: "list the policy's versions",
                in: .administration)
            for row in next.versions {
                try table.print([
                    "\(row.version)", row.state?.rawValue ?? "-", Moment.text(row.appliedAt),
                    Moment.text(row.effectiveAt ?? row.appliedAt), "\(row.uid)",
                    row.restores.map { "\($0)" } ?? "-", row.reason.text,
                ]) { try JSONBridge.json(of: row) }
            }
            page = next
        } while page?.isLast == false
        try table.finish()
    }
}
