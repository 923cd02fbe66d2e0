import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `ssprclient change`: the old password is known.
struct Change: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Choose a new password; you know the present one.")

    @OptionGroup var account: AccountArgument
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let account = try account.resolved(on: console)
        let answers = try console.answers(from: answerSource.answersFrom)
        let current = try answers.secret("Present password of \(account) (not shown):")
        try NewPassword(console: console, answers: answers).ask { new in
            _ = try console.call(
                ChangePassword.self, .init(account: account, current: current, new: new),
                doing: "change the password of \(account)", in: .signIn)
        }
        console.say("The password of \(account) is changed.", .ok)
    }
}
