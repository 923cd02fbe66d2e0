import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `accounts enable NAME`.
struct AccountsEnable: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Let an account recover and register.")

    @Argument(help: "The account.", transform: { try AccountName($0) })
    var account: AccountName

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        _ = try console.call(
            EnableAccount.self, .init(account: account, isEnabled: true), doing: "enable \(account)",
            in: .administration)
        console.say("\(account) may recover and register.", .ok)
    }
}

/// `accounts disable NAME`.
struct AccountsDisable: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Stop an account from recovering and registering; sign-in is untouched.")

    @Argument(help: "The account.", transform: { try AccountName($0) })
    var account: AccountName

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        _ = try console.call(
            EnableAccount.self, .init(account: account, isEnabled: false), doing: "disable \(account)",
            in: .administration)
        console.say("\(account) may no longer recover or register. It can sign in as before.", .ok)
    }
}
