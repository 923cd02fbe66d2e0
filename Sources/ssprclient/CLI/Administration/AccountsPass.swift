import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `accounts pass NAME`.
struct AccountsPass: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "pass",
        abstract: "Issue a temporary pass to somebody who has shown you who they are; it is shown once.")

    @Argument(help: "The account.", transform: { try AccountName($0) })
    var account: AccountName

    @Option(help: "How long it is good for, 10 to 43200. (default: 60)")
    var minutes: UInt32?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard minutes.map({ (10...43_200).contains($0) }) ?? true else {
            throw ValidationError("A pass is good for 10 to 43200 minutes.")
        }
    }

    func perform(on console: Console) throws {
        let reply = try console.call(
            IssuePass.self, .init(account: account, minutes: minutes), doing: "issue a pass for \(account)",
            in: .administration)
        if console.options.isJSON { return try console.print(try JSONBridge.json(of: reply)) }
        try console.print(Base32.grouped(reply.pass.secret.revealText() ?? ""))
        console.say(
            "It works once, for \(Moment.words(until: reply.expiresAt)), and is not shown again. \(account) is told of it."
        )
    }
}
