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
    let count: Int

    /// Characters of an answer after normalisation.
    static let length = 3...40

    /// The answers in normal form; throws `Refusal.answers` when the set breaks a rule, beside these custom questions.
    func normalized(_ answers: [GivenAnswer], custom: [QuestionRow]) throws -> [GivenAnswer] {
        guard answers.count == count, Set(answers.map(\.question)).count == answers.count else {
            throw Refusal.answers
        }
        let normal = try answers.map { given -> GivenAnswer in
            // In no language: an account's may change after its answers were registered.
            let questions = Self.texts(of: given.question, custom: custom)
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

    /// A question's text in all of its languages; none for a number that may not be chosen.
    static func texts(of question: UInt32, custom: [QuestionRow]) -> [String] {
        let inUse = custom.first { $0.number == question && $0.retiredAt == nil }
        return QuestionCatalog.all.compactMap { $0.text(question) } + (inUse?.texts.map(\.text.text) ?? [])
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
