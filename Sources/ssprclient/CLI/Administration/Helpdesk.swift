import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `ssprclient helpdesk`.
struct HelpdeskGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "helpdesk", abstract: "Make sure who is calling, and give them a temporary pass.",
        subcommands: [HelpdeskVerify.self, AccountsPass.self])
}

/// `helpdesk verify NAME`.
struct HelpdeskVerify: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Have a code sent to, or a number asked for by, what the account's owner has registered.")

    @Argument(help: "The account that the caller says is theirs.", transform: { try AccountName($0) })
    var account: AccountName

    @OptionGroup var recovery: RecoveryOptions
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let what = "make sure that the caller is \(account)"
        do {
            try RecoveryDialogue(
                console: console, answers: try console.answers(from: answerSource.answersFrom), account: account,
                purpose: .verify, methods: recovery.methods, what: what, prover: .caller
            ).run { _ in }
        } catch is RecoveryDialogue.NothingToAsk {
            throw CommandFailure(
                .notFound, "cannot \(what): nothing can be asked",
                why: "\(account) has no address, phone or device that is in use.",
                next: "see them in person, then: ssprclient helpdesk pass \(account)")
        }
        console.say("The caller is \(account). For 15 minutes: ssprclient helpdesk pass \(account)", .ok)
    }
}
