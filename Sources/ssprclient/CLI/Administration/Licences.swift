import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `ssprclient licences`.
struct LicencesGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "licences", abstract: "Licence plans: how many accounts may recover and register.",
        subcommands: [LicencesAdd.self, LicencesAssign.self, LicencesUnassign.self, LicencesList.self])
}

/// `licences add PLAN`.
struct LicencesAdd: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a plan that nobody has yet.",
        discussion: "A new installation has the plan default, which everyone has: unassign it from everyone to count.")

    @Argument(help: "The plan.", transform: { try PlanName($0) })
    var plan: PlanName

    @Option(help: "How many accounts may have it; any number without it.")
    var seats: UInt32?

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        try console.manage(
            AddLicence.self, .init(plan: plan, seats: seats), doing: "add the plan \(plan)",
            conflict: "A plan of this name is there.")
    }
}

/// Which plan and whose.
struct LicenceArguments: ParsableArguments {
    @Argument(help: "The plan.", transform: { try PlanName($0) })
    var plan: PlanName

    @Option(help: "An account.", transform: { try AccountName($0) })
    var account: AccountName?

    @Option(help: "A group: all its members, now and later.", transform: { try GroupName($0) })
    var group: GroupName?

    @Flag(help: "Everyone, now and later.")
    var everyone = false

    func validate() throws {
        guard [account != nil, group != nil, everyone].filter({ $0 }).count == 1 else {
            throw ValidationError("Say one of --account, --group and --everyone.")
        }
    }
}

/// `licences assign PLAN`.
struct LicencesAssign: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "Assign a plan to an account, to a group or to everyone.")

    @OptionGroup var arguments: LicenceArguments
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        try console.manage(
            AssignLicence.self,
            .init(plan: arguments.plan, account: arguments.account, group: arguments.group),
            doing: "assign \(arguments.plan)",
            conflict: arguments.everyone
                ? "Everyone can only have a plan whose seats are not counted."
                : "It has not seats enough: ssprclient licences list.")
    }
}

/// `licences unassign PLAN`.
struct LicencesUnassign: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "unassign", abstract: "Take a plan back from an account, a group or everyone.")

    @OptionGroup var arguments: LicenceArguments
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        try console.manage(
            UnassignLicence.self,
            .init(plan: arguments.plan, account: arguments.account, group: arguments.group),
            doing: "take \(arguments.plan) back")
    }
}

/// `licences list`.
struct LicencesList: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List all plans with their seats.")

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        var table = try Table(
            [
                .init(name: "plan", width: 16), .init(name: "seats", width: 10), .init(name: "taken", width: 10),
                .init(name: "everyone", width: 8),
            ], on: console)
        var page: ListLicences.Reply?
        repeat {
            let next = try console.call(
                ListLicences.self, .init(after: page?.plans.last?.plan), doing: "list licences", in: .administration)
            for plan in next.plans {
                try table.print([
                    plan.plan.text, plan.seats.map { "\($0)" } ?? "any number", "\(plan.taken)",
                    plan.isForEveryone ? "yes" : "no",
                ]) { try JSONBridge.json(of: plan) }
            }
            page = next
        } while page?.isLast == false
        try table.finish()
    }
}
