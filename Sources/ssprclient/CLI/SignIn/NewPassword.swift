import SSPRProtocol
import SSPRVocabulary

/// Asks for a new password until it can be sent: a person twice, a program once.
struct NewPassword {
    private static let tries = 5
    private static let question = "New password (not shown):"

    let console: Console
    let answers: any AnswerSource

    /// Asks, and hands each candidate to `set`; a person whose password breaks a rule may choose another.
    func ask(_ set: (Secret) throws -> Void) throws {
        if answers.isPerson {
            console.say(
                "Choose a new password: at least 15 characters unless the policy says otherwise. A sentence is good.")
        }
        for isLast in (1...Self.tries).map({ $0 == Self.tries }) {
            let password = try candidate()
            do {
                return try set(password)
            } catch let failure as CommandFailure
                where failure.refusal?.code == .passwordRefused && answers.isPerson && !isLast
            {
                console.insist(failure.why ?? failure.what, .warning)
            }
        }
    }

    private func candidate() throws(CommandFailure) -> Secret {
        for _ in 1...Self.tries {
            let password = try answers.secret(Self.question)
            guard (1...WireLimit.secretBytes).contains(password.count) else {
                let what =
                    password.isEmpty ? "the new password is empty" : "the new password is longer than 256 characters"
                guard answers.isPerson else {
                    throw CommandFailure(.badData, what, why: "It was not sent.", next: "choose another one")
                }
                console.insist(what, .warning)
                continue
            }
            guard answers.isPerson else { return password }
            if try answers.secret("Again:") == password { return password }
            console.insist("The two are not the same. Please type both again.", .warning)
        }
        throw CommandFailure(.badData, "no new password was given", why: "Nothing was changed.", next: "begin again")
    }
}
