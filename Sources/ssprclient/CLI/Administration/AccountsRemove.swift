import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `accounts remove NAME`.
struct AccountsRemove: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove an account and its methods; its password at a target stays.")

    @Argument(help: "The account.", transform: { try AccountName($0) })
    var account: AccountName

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        try console.manage(
            RemoveAccount.self, .init(account: account), doing: "remove \(account)",
            conflict: "A change of it at its target is under way. Try again when that has ended.",
            missing: "There is no such account.", list: "ssprclient accounts list")
        console.say("\(account) is no longer known. What was done with it stays in the audit trail.", .ok)
    }
}
