import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `ssprclient password`.
struct PasswordGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Try passwords against the rules.", subcommands: [PasswordCheck.self])
}

/// `password check`.
struct PasswordCheck: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say what the rules say of a password; it is not stored anywhere.",
        discussion: "The password is asked for, or is the first line of the standard input.")

    @OptionGroup var account: AccountArgument
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let account = try account.resolved(on: console)
        let isTyped = StandardStream.input.isTerminal
        let answers = try console.answers(from: answerSource.answersFrom ?? (isTyped ? nil : "-"))
        let candidate = try answers.secret("Password to try (not shown):")
        let what = "accept that password for \(account)"
        let reply = try console.call(
            CheckPassword.self, .init(account: account, password: candidate), doing: "check a password", in: .signIn)
        if let rule = reply.rule {
            let isBanned = rule == .banned
            throw CommandFailure(
                Failure(
                    .passwordRefused, rule: rule, points: isBanned ? reply.points : nil,
                    found: isBanned ? reply.found : nil), doing: what, in: .signIn)
        }
        if console.options.isJSON { return try console.print(try JSONBridge.json(of: reply)) }
        console.say("It is acceptable: \(reply.points ?? 0) points, \(reply.pointsNeeded) are needed.", .ok)
    }
}
