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

    @Flag(name: .customLong("vouch"), help: "You know the person: no verification is asked for. Administrators only.")
    var isVouchedFor = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard minutes.map({ (10...43_200).contains($0) }) ?? true else {
            throw ValidationError("A pass is good for 10 to 43200 minutes.")
        }
    }

    func perform(on console: Console) throws {
        let reply = try issue(on: console)
        if console.options.isJSON { return try console.print(try JSONBridge.json(of: reply)) }
        try console.print(Base32.grouped(reply.pass.secret.revealText() ?? ""))
        console.say(
            "It works once, for \(Moment.words(until: reply.expiresAt)), and is not shown again. \(account) is told of it."
        )
    }

    /// An administrator may be told why there is none.
    private func issue(on console: Console) throws(CommandFailure) -> IssuePass.Reply {
        do {
            return try console.call(
                IssuePass.self, .init(account: account, minutes: minutes, isVouchedFor: isVouchedFor ? true : nil),
                doing: "issue a pass for \(account)", in: .helpDesk)
        } catch  where error.refusal?.code == .unverified {
            throw CommandFailure(
                error.status, error.what, why: error.why,
                next: "ssprclient helpdesk verify \(account)   (you know the person: --vouch)", refusal: error.refusal)
        } catch  where error.refusal?.code == .notFound {
            throw CommandFailure(
                .notFound, error.what,
                why: "There is no such account, or ssprd's configuration does not say temporaryPass: true.",
                next: "ssprclient accounts show \(account)", refusal: error.refusal)
        }
    }
}
