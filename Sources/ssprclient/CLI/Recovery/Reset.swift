import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `ssprclient reset`: the password is forgotten.
struct Reset: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Prove who you are and choose a new password.")

    @OptionGroup var account: AccountArgument
    @OptionGroup var recovery: RecoveryOptions
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let account = try account.resolved(on: console)
        let answers = try console.answers(from: answerSource.answersFrom)
        let what = "reset the password of \(account)"
        try RecoveryDialogue(
            console: console, answers: answers, account: account, purpose: .reset, methods: recovery.methods, what: what
        ).run { grant in
            try NewPassword(console: console, answers: answers).ask { password in
                _ = try console.call(
                    ResetPassword.self, .init(account: account, grant: grant, password: password), doing: what,
                    in: .recovery)
            }
        }
        console.say("The password of \(account) is changed.", .ok)
    }
}

/// `ssprclient unlock`: the password is known, but sign-in is locked.
struct Unlock: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: "Prove who you are and clear a sign-in lockout; the password stays.")

    @OptionGroup var account: AccountArgument
    @OptionGroup var recovery: RecoveryOptions
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let account = try account.resolved(on: console)
        let answers = try console.answers(from: answerSource.answersFrom)
        let what = "unlock \(account)"
        try RecoveryDialogue(
            console: console, answers: answers, account: account, purpose: .unlock, methods: recovery.methods,
            what: what
        ).run { grant in
            _ = try console.call(UnlockAccount.self, .init(account: account, grant: grant), doing: what, in: .recovery)
        }
        console.say("\(account) is unlocked. The password is the same as before.", .ok)
    }
}

/// How to prove who one is.
struct RecoveryOptions: ParsableArguments {
    @Option(
        name: .customLong("method"),
        help: ArgumentHelp(
            "The methods to use, in order, such as email,totp; the others are asked for.", valueName: "kinds"),
        transform: { text in
            try text.split(separator: ",").map { name in
                guard let kind = MethodKind(rawValue: String(name)) else {
                    throw ValidationError(
                        "A method is one of: \(MethodKind.allCases.map(\.rawValue).joined(separator: ", ")).")
                }
                return kind
            }
        })
    var methods: [MethodKind] = []
}
