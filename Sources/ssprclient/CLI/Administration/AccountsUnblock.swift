import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `accounts unblock NAME`.
struct AccountsUnblock: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "unblock", abstract: "Lift the block that wrong proofs have put on an account's recovery.",
        discussion: "Make sure first who is asking: whoever tried is blocked for a reason.")

    @Argument(help: "The account.", transform: { try AccountName($0) })
    var account: AccountName

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        try console.manage(
            UnblockAccount.self, .init(account: account), doing: "unblock \(account)",
            missing: "There is no such account.", list: "ssprclient accounts list")
        console.say("\(account) can be recovered again; its wrong proofs are forgotten.", .ok)
    }
}
