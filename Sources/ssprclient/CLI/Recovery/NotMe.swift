import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `ssprclient not-me [CODE]`: a notice tells of a new password that its owner did not choose.
struct NotMe: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "not-me",
        abstract: "Take back a new password that you did not choose, with the code of its notice.")

    @Argument(help: "The code; asked for when it is not given.", transform: { try OneTimeCode(asTyped: $0) })
    var code: OneTimeCode?

    @Option(help: "The account. (default: your login name, from USER)", transform: { try AccountName($0) })
    var account: AccountName?

    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let account = try account ?? console.ownAccount()
        let answers = try console.answers(from: answerSource.answersFrom)
        guard let code = try code ?? answers.code("Code of the notice:", on: console) else { return }
        let reply = try console.call(
            UndoPassword.self, .init(account: account, code: code), doing: "take back the new password of \(account)",
            in: .recovery)
        console.say(
            reply.isRestored
                ? "The password of \(account) is the one from before again."
                : "The password of \(account) is held by a directory and stays: have its administrator change it at once.",
            reply.isRestored ? .ok : .warning)
        console.say("Nobody can recover \(account) until it is registered again: ssprclient register", .warning)
        console.say("The administrators are told. Look whether somebody else reads your mail.")
    }
}
