import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `accounts remind NAME`.
struct AccountsRemind: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "remind", abstract: "Send the reminder to register, or to look at contacts again, now.")

    @Argument(help: "The account.", transform: { try AccountName($0) })
    var account: AccountName

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let reply = try console.call(
            RemindAccount.self, .init(account: account), doing: "remind \(account)", in: .administration)
        if console.options.isJSON { return try console.print(try JSONBridge.json(of: reply)) }
        if reply.messages == 0 {
            console.say("\(account) has no address that a reminder could go to now.", .warning)
        } else {
            console.say("\(account) is reminded: \(reply.messages) on the way.", .ok)
        }
    }
}
