public import SSPRVocabulary

/// Adds a custom security question.
public enum AddQuestion: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0508, name: "questions.add",
        access: .roles(.administrator), audit: .events([.questionAdded]),
        cost: .store, requestLimit: 8192,
        summary: "Adds a custom security question, which may be chosen from then on; up to 20 are in use at a time.")

    /// The question.
    public struct Request: Codable, Hashable, Sendable {
        /// Its text in 1 to 8 languages; whoever reads none of them, nor the default one, is shown the first.
        public let texts: [QuestionTranslation]

        /// Asks to add a question.
        public init(texts: [QuestionTranslation]) { self.texts = texts }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case texts = 1
        }
    }

    /// The question is in use.
    public struct Reply: Codable, Hashable, Sendable {
        /// Its number: 1000 or more, never reused.
        public let number: UInt32

        /// Names a question.
        public init(number: UInt32) { self.number = number }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case number = 1
        }
    }
}

/// Lists the security questions.
public enum ListQuestions: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0509, name: "questions.list",
        access: .roles(.administrator), audit: .nothing(reason: "reading by an administrator changes nothing"),
        cost: .store,
        summary: "Lists predefined and custom security questions in the order of their numbers, page by page.")

    /// Where to go on.
    public struct Request: Codable, Hashable, Sendable {
        /// Only questions after this number; 0 begins.
        public let after: UInt32

        /// Asks for the questions after a number.
        public init(after: UInt32) { self.after = after }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case after = 1
        }
    }

    /// A page.
    public struct Reply: Codable, Hashable, Sendable {
        /// The questions.
        public let questions: [ListedQuestion]
        /// True when there are no more.
        public let isLast: Bool

        /// Describes a page.
        public init(questions: [ListedQuestion], isLast: Bool) {
            self.questions = questions
            self.isLast = isLast
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case questions = 1
            case isLast = 2
        }
    }
}

/// A question as an administrator sees it.
public struct ListedQuestion: Codable, Hashable, Sendable {
    /// Its number.
    public let number: UInt32
    /// False for one of the predefined ones.
    public let isCustom: Bool
    /// Whether it may be chosen.
    public let state: QuestionState
    /// Its text in each of its languages.
    public let texts: [QuestionTranslation]
    /// When it was added; nil for a predefined one.
    public let addedAt: Timestamp?
    /// When it was retired.
    public let retiredAt: Timestamp?

    /// Describes a question.
    public init(
        number: UInt32, isCustom: Bool, state: QuestionState, texts: [QuestionTranslation], addedAt: Timestamp?,
        retiredAt: Timestamp?
    ) {
        self.number = number
        self.isCustom = isCustom
        self.state = state
        self.texts = texts
        self.addedAt = addedAt
        self.retiredAt = retiredAt
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case number = 1
        case isCustom = 2
        case state = 3
        case texts = 4
        case addedAt = 5
        case retiredAt = 6
    }
}

/// Retires a custom question.
public enum RetireQuestion: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x050A, name: "questions.retire",
        access: .roles(.administrator), audit: .events([.questionRetired]),
        cost: .store,
        summary:
            "Retires a custom question: nobody can choose it any more; registered answers go on working until they are replaced."
    )

    /// Which question.
    public struct Request: Codable, Hashable, Sendable {
        /// Its number, 1000 or more.
        public let number: UInt32

        /// Asks to retire a question.
        public init(number: UInt32) { self.number = number }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case number = 1
        }
    }

    /// Done.
    public typealias Reply = Empty
}
