import SSPRProtocol
import SSPRVocabulary

extension RegistrationDialogue {
    private static let wanted = 5

    /// Registers answers to questions that are chosen from `questions`.
    func registerQuestions(_ questions: [Question], _ handle: RegistrationHandle) throws {
        guard !questions.isEmpty else {
            throw CommandFailure(
                .refused, "questions cannot be registered",
                why: "They are turned off here, or not allowed for this account.",
                next: "ssprclient register")
        }
        for question in questions {
            let indent = question.number < 10 ? "   " : "  "
            console.insist(
                console.isAccessible
                    ? "\(question.number): \(question.text)" : "\(indent)\(question.number)  \(question.text)")
        }
        let chosen = try choose(among: questions)
        while true {
            let given = try chosen.map { Answer(question: $0.number, answer: try askTwice($0)) }
            do {
                let reply = try console.call(
                    RegisterAnswers.self, .init(handle: handle, answers: given), doing: "register the answers",
                    in: .registration)
                return try finish("The answers are registered.", reply, missing: reply.missing)
            } catch let failure as CommandFailure where failure.refusal?.code == .answersRefused && answers.isPerson {
                console.insist(failure.why ?? failure.what, .warning)
            }
        }
    }

    private func choose(among questions: [Question]) throws(CommandFailure) -> [Question] {
        while true {
            let words = try answers.line("Numbers of \(Self.wanted) questions, with blanks between:").split(
                whereSeparator: \.isWhitespace)
            let chosen = words.compactMap { word in questions.first { String($0.number) == word } }
            if words.count == Self.wanted, chosen.count == Self.wanted, Set(chosen).count == Self.wanted {
                return chosen
            }
            guard answers.isPerson else {
                throw CommandFailure(
                    .badData, "not five different questions of the list", why: nil, next: "ssprclient help output")
            }
            console.insist("Please type \(Self.wanted) different numbers of the list.", .warning)
        }
    }

    /// An answer; a person types it twice, because it is not shown and must be known again in a year.
    private func askTwice(_ question: Question) throws(CommandFailure) -> Secret {
        while true {
            let answer = try answers.secret("\(question.text) (not shown):")
            guard answers.isPerson else { return answer }
            if try answers.secret("Again:") == answer { return answer }
            console.insist("The two are not the same. Please type both again.", .warning)
        }
    }
}
