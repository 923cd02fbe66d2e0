public import SSPRVocabulary

/// Lists an account's methods and what is still missing.
public enum DescribeRegistration: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0201, name: "registration.describe",
        access: .roles(.administrator, .helper, orOwn: \.account),
        audit: .nothing(reason: "masked hints only; nothing is changed"),
        cost: .store, summary: "Lists an account's methods, masked, and what is still missing.")

    /// Which account.
    public struct Request: Codable, Hashable, Sendable {
        /// The account.
        public let account: AccountName
        /// The language of the questions; without it the account's own, which a helper is not told (decision 0017).
        public let language: LanguageTag?

        /// Asks about an account.
        public init(account: AccountName, language: LanguageTag? = nil) {
            self.account = account
            self.language = language
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case account = 1
            case language = 2
        }
    }

    /// What is registered.
    public struct Reply: Codable, Hashable, Sendable {
        /// The methods, oldest first.
        public let methods: [RegisteredMethod]
        /// How many more methods of other classes are needed to recover.
        public let missing: UInt32
        /// The kinds that may be added.
        public let available: [MethodKind]
        /// The questions to choose from, when questions may be added.
        public let questions: [Question]
        /// Until when sign-in is locked.
        public let signInLockedUntil: Timestamp?
        /// Until when recovery is blocked.
        public let recoveryBlockedUntil: Timestamp?
        /// How many methods of different classes a recovery of this account needs: 1 or 2.
        public let proofsNeeded: UInt32
        /// From when the addresses and numbers must be looked at again; nil when never, or when there are none.
        public let reviewDueAt: Timestamp?
        /// True when that moment has come; nil when not.
        public let isReviewDue: Bool?
        /// How many of the questions are to be answered: 3 to 5.
        public let questionsNeeded: UInt32

        /// Describes what is registered.
        public init(
            methods: [RegisteredMethod], missing: UInt32, available: [MethodKind], questions: [Question],
            signInLockedUntil: Timestamp?, recoveryBlockedUntil: Timestamp?, proofsNeeded: UInt32,
            reviewDueAt: Timestamp? = nil, isReviewDue: Bool? = nil, questionsNeeded: UInt32 = 5
        ) {
            self.methods = methods
            self.missing = missing
            self.available = available
            self.questions = questions
            self.signInLockedUntil = signInLockedUntil
            self.recoveryBlockedUntil = recoveryBlockedUntil
            self.proofsNeeded = proofsNeeded
            self.reviewDueAt = reviewDueAt
            self.isReviewDue = isReviewDue
            self.questionsNeeded = questionsNeeded
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case methods = 1
            case missing = 2
            case available = 3
            case questions = 4
            case signInLockedUntil = 5
            case recoveryBlockedUntil = 6
            case proofsNeeded = 7
            case reviewDueAt = 8
            case isReviewDue = 9
            case questionsNeeded = 12
        }
    }
}

/// A registered method as its owner may see it.
public struct RegisteredMethod: Codable, Hashable, Sendable {
    /// Its number.
    public let id: MethodID
    /// Its kind.
    public let kind: MethodKind
    /// A masked address; nil for kinds that have none.
    public let hint: String?
    /// When it was confirmed.
    public let confirmedAt: Timestamp
    /// From when it may be used for recovery.
    public let usableFrom: Timestamp
    /// True when too many failures have disabled it.
    public let isDisabled: Bool
    /// True when only an administrator has said that it is theirs, and no code has confirmed it.
    public let isPrefilled: Bool?

    /// Describes a method.
    public init(
        id: MethodID, kind: MethodKind, hint: String?, confirmedAt: Timestamp, usableFrom: Timestamp, isDisabled: Bool,
        isPrefilled: Bool? = nil
    ) {
        self.id = id
        self.kind = kind
        self.hint = hint
        self.confirmedAt = confirmedAt
        self.usableFrom = usableFrom
        self.isDisabled = isDisabled
        self.isPrefilled = isPrefilled
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case id = 1
        case kind = 2
        case hint = 3
        case confirmedAt = 4
        case usableFrom = 5
        case isDisabled = 6
        case isPrefilled = 7
    }
}

/// A question of the catalogue, in its reader's language.
public struct Question: Codable, Hashable, Sendable {
    /// Its number in the catalogue; never reused.
    public let number: UInt32
    /// Its text.
    public let text: QuestionText

    /// Describes a question.
    public init(number: UInt32, text: String) throws {
        self.number = number
        self.text = try QuestionText(text)
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case number = 1
        case text = 2
    }
}

/// A question and what a person answers.
public struct Answer: Codable, Sendable {
    /// The question's number.
    public let question: UInt32
    /// The answer's UTF-8.
    public let answer: Secret

    /// Answers a question.
    public init(question: UInt32, answer: Secret) {
        self.question = question
        self.answer = answer
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case question = 1
        case answer = 2
    }
}
