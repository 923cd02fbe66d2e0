import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `ssprclient groups`.
struct GroupsGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups", abstract: "Groups of accounts: for licences, and for whom recovery is on.",
        subcommands: [
            GroupsAdd.self, GroupsRemove.self, GroupsList.self, GroupsShow.self, GroupsJoin.self, GroupsLeave.self,
        ])
}

/// The group that a command is about.
struct GroupArgument: ParsableArguments {
    @Argument(help: "The group.", transform: { try GroupName($0) })
    var group: GroupName
}

/// `groups add GROUP`.
struct GroupsAdd: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a group.")

    @OptionGroup var argument: GroupArgument
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        try console.manage(
            AddGroup.self, .init(group: argument.group), doing: "add the group \(argument.group)",
            conflict: "A group of this name is there.")
    }
}

/// `groups remove GROUP`.
struct GroupsRemove: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a group; its members lose what they had by it.")

    @OptionGroup var argument: GroupArgument
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        try console.manage(
            RemoveGroup.self, .init(group: argument.group), doing: "remove the group \(argument.group)")
    }
}

/// `groups list`.
struct GroupsList: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List all groups, by name.")

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        var table = try Table([.init(name: "group", width: 16)], on: console)
        var page: ListGroups.Reply?
        repeat {
            let next = try console.call(
                ListGroups.self, .init(after: page?.groups.last), doing: "list groups", in: .administration)
            for group in next.groups { try table.print([group.text]) { .text(group.text) } }
            page = next
        } while page?.isLast == false
        try table.finish()
    }
}

/// `groups show GROUP`.
struct GroupsShow: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "List the members of a group.")

    @OptionGroup var argument: GroupArgument
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        var table = try Table([.init(name: "account", width: 16)], on: console)
        var after: AccountID?
        repeat {
            let page = try console.manage(
                ListMembers.self, .init(group: argument.group, after: after),
                doing: "show the group \(argument.group)")
            for account in page.accounts { try table.print([account.text]) { .text(account.text) } }
            after = page.reached
        } while after != nil
        try table.finish()
    }
}

/// Which accounts join or leave which group.
struct MemberArguments: ParsableArguments {
    @Argument(help: "The group.", transform: { try GroupName($0) })
    var group: GroupName

    @Argument(help: "The accounts.", transform: { try AccountName($0) })
    var accounts: [AccountName]

    /// As many as one call takes.
    func pages() -> [[AccountName]] {
        stride(from: 0, to: accounts.count, by: Limits.pageItems).map {
            Array(accounts[$0..<min($0 + Limits.pageItems, accounts.count)])
        }
    }
}

/// `groups join GROUP ACCOUNT...`.
struct GroupsJoin: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "join", abstract: "Make accounts members of a group.",
        discussion: "Where a licence plan of the group has not seats enough, nobody of the call becomes a member.")

    @OptionGroup var members: MemberArguments
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        for page in members.pages() {
            try console.manage(
                AddMembers.self, .init(group: members.group, accounts: page),
                doing: "make members of \(members.group) from \(page[0]) on",
                conflict: "A licence plan of the group has no seat left: ssprclient licences list.")
        }
    }
}

/// `groups leave GROUP ACCOUNT...`.
struct GroupsLeave: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "leave", abstract: "Take accounts out of a group.")

    @OptionGroup var members: MemberArguments
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        for page in members.pages() {
            try console.manage(
                RemoveMembers.self, .init(group: members.group, accounts: page),
                doing: "take members out of \(members.group) from \(page[0]) on")
        }
    }
}
