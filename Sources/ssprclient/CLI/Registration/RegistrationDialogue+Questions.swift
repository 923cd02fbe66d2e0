import SSPRProtocol
import SSPRVocabulary

extension RegistrationDialogue {
    /// Registers answers to questions that are chosen from those of `state`.
    func registerQuestions(_ state: DescribeRegistration.Reply, _ handle: RegistrationHandle) throws {
        let questions = state.questions
        guard !questions.isEmpty else {
            throw CommandFailure(
                .refused, "questions cannot be registered",
                why: "They are turned off here, or not allowed for this account.",
                next: "ssprclient register")
        }
        // Custom ones have four digits, and are the last.
        let digits = questions.last.map { $0.number < 1000 ? 2 : 4 } ?? 2
        for question in questions {
            let number = "\(question.number)"
            let indent = String(repeating: " ", count: 2 + max(0, digits - number.utf8.count))
            console.insist(
                console.isAccessible ? "\(number): \(question.text)" : "\(indent)\(number)  \(question.text)")
        }
        let chosen = try choose(Int(clamping: state.questionsNeeded), among: questions)
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

    private func choose(_ wanted: Int, among questions: [Question]) throws(CommandFailure) -> [Question] {
        while true {
            let words = try answers.line("Numbers of \(wanted) questions, with blanks between:").split(
                whereSeparator: \.isWhitespace)
            let chosen = words.compactMap { word in questions.first { String($0.number) == word } }
            if words.count == wanted, chosen.count == wanted, Set(chosen).count == wanted {
                return chosen
            }
            guard answers.isPerson else {
                throw CommandFailure(
                    .badData, "not \(wanted) different questions of the list", why: nil, next: "ssprclient help output")
            }
            console.insist("Please type \(wanted) different numbers of the list.", .warning)
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
