public import SSPRVocabulary

/// One question with its answer as typed.
public struct GivenAnswer: Sendable {
    /// The question's number in the catalogue.
    public let question: UInt32
    /// The answer's UTF-8.
    public let answer: Secret

    /// Answers a question.
    public init(question: UInt32, answer: Secret) {
        self.question = question
        self.answer = answer
    }
}

/// The rules for a set of answers (feature F2).
struct AnswerRules: Sendable {
    let text: any TextNormalizer

    /// Questions to register.
    static let registered = 5
    /// Questions asked in a recovery.
    static let asked = 3
    /// Characters of an answer after normalisation.
    static let length = 3...40

    /// The answers in normal form; throws `Refusal.answers` when the set breaks a rule.
    func normalized(_ answers: [GivenAnswer]) throws -> [GivenAnswer] {
        guard answers.count == Self.registered, Set(answers.map(\.question)).count == answers.count else {
            throw Refusal.answers
        }
        let normal = try answers.map { given -> GivenAnswer in
            // In no language: an account's may change after its answers were registered.
            let questions = QuestionCatalog.all.compactMap { $0.text(given.question) }
            guard !questions.isEmpty, let answer = try? text.answer(given.answer),
                Self.length.contains(text.codePoints(in: answer)),
                !(try questions.contains { isContained(answer, in: try text.answer(Secret(text: $0))) })
            else { throw Refusal.answers }
            return GivenAnswer(question: given.question, answer: answer)
        }
        for (place, one) in normal.enumerated() {
            guard !normal[(place + 1)...].contains(where: { $0.answer == one.answer }) else { throw Refusal.answers }
        }
        return normal
    }

    private func isContained(_ answer: Secret, in question: Secret) -> Bool {
        unsafe answer.withBytes { part in
            unsafe question.withBytes { whole in
                guard whole.count >= part.count else { return false }
                return (0...(whole.count - part.count)).contains { start in
                    part.indices.allSatisfy { unsafe whole[start + $0] == part[$0] }
                }
            }
        }
    }
}
