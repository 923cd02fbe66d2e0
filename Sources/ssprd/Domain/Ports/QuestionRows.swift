public import SSPRVocabulary

/// A custom security question.
public struct QuestionRow: Sendable, Equatable {
    /// Its number in the catalogue; never reused, so that an answer never comes to stand under another question.
    public let number: UInt32
    /// Its text in each of its languages, in the order in which they were given.
    public let texts: [QuestionTranslation]
    /// When it was added.
    public let addedAt: Timestamp
    /// When it was retired; nil while it may be chosen.
    public var retiredAt: Timestamp?

    /// Describes a custom question.
    public init(number: UInt32, texts: [QuestionTranslation], addedAt: Timestamp, retiredAt: Timestamp? = nil) {
        self.number = number
        self.texts = texts
        self.addedAt = addedAt
        self.retiredAt = retiredAt
    }
}

/// Reads custom questions.
public protocol QuestionSnapshot {
    /// All custom questions, also retired ones, in the order of their numbers.
    func customQuestions() throws -> [QuestionRow]
}

/// Changes custom questions; none is ever removed: somebody may have answered it.
public protocol QuestionTransaction {
    /// Adds a question; throws `RowConflict` when its number is taken.
    func insert(_ question: QuestionRow) throws
    /// Writes all fields of an existing question.
    func update(_ question: QuestionRow) throws
}
