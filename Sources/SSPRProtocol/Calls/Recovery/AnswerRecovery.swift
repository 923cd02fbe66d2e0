public import SSPRVocabulary

/// Asks for a method's challenge: a code by mail or phone, or the questions that are drawn.
public enum SendChallenge: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0302, name: "recovery.send",
        access: .rolesOrHolder(.helper), audit: .events([.proofRequested, .budgetSpent]),
        cost: .store,
        summary:
            "Sends a code to the method's contact, or draws its questions. The answer never says whether anything was sent."
    )

    /// Which method.
    public struct Request: Codable, Sendable {
        /// The recovery.
        public let handle: RecoveryHandle
        /// The method's number in it.
        public let choice: UInt32
        /// How the code shall travel: one of the offer's channels; without it, the first of them.
        public let channel: DeliveryChannel?
        /// The whole address or number, where the offer says `confirmsContact`; with another one nothing is sent, and nobody is told.
        public let contact: Contact?

        /// Asks for a challenge.
        public init(
            handle: RecoveryHandle, choice: UInt32, channel: DeliveryChannel? = nil, contact: Contact? = nil
        ) {
            self.handle = handle
            self.choice = choice
            self.channel = channel
            self.contact = contact
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case handle = 1
            case choice = 2
            case channel = 3
            case contact = 4
        }
    }

    /// What comes next.
    public struct Reply: Codable, Hashable, Sendable {
        /// Until when the challenge is good.
        public let expiresAt: Timestamp
        /// Before this, asking again sends nothing.
        public let resendAt: Timestamp
        /// The questions to answer, all of them; empty for other kinds.
        public let questions: [Question]
        /// For a device: the number, 0 to 99, to show as two digits; its owner types it there.
        public let number: UInt8?

        /// Describes a challenge.
        public init(expiresAt: Timestamp, resendAt: Timestamp, questions: [Question], number: UInt8? = nil) {
            self.expiresAt = expiresAt
            self.resendAt = resendAt
            self.questions = questions
            self.number = number
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case expiresAt = 1
            case resendAt = 2
            case questions = 3
            case number = 4
        }
    }
}

/// Answers a method's challenge; the last needed proof yields the grant.
public enum AnswerChallenge: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0303, name: "recovery.answer",
        access: .rolesOrHolder(.helper),
        audit: .events([.proofAnswered, .recoveryGranted, .recoveryBlocked, .methodDisabled, .budgetSpent]),
        cost: .hashing, requestLimit: 8192,
        summary:
            "Answers a challenge with a code or all drawn questions' answers; with neither, waits up to 30 s for a device's approval."
    )

    /// The proof: one of code and answers, or neither where a device is asked.
    public struct Request: Codable, Sendable {
        /// The recovery.
        public let handle: RecoveryHandle
        /// The method's number in it.
        public let choice: UInt32
        /// The code that was sent, or that the app shows; a recovery code; a temporary pass.
        public let code: OneTimeCode?
        /// The answers to the drawn questions, in any order.
        public let answers: [Answer]?

        /// Answers a challenge.
        public init(handle: RecoveryHandle, choice: UInt32, code: OneTimeCode? = nil, answers: [Answer]? = nil) {
            self.handle = handle
            self.choice = choice
            self.code = code
            self.answers = answers
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case handle = 1
            case choice = 2
            case code = 3
            case answers = 4
        }
    }

    /// How far the recovery is.
    public struct Reply: Codable, Sendable {
        /// How many more proofs are needed.
        public let proofsMissing: UInt8
        /// The methods offered for the next proof; empty when none is needed.
        public let methods: [OfferedMethod]
        /// The right to finish, when no more proof is needed.
        public let grant: RecoveryGrant?
        /// True when the device has not answered yet: call again.
        public let isWaiting: Bool?

        /// Describes a recovery after a right answer.
        public init(
            proofsMissing: UInt8, methods: [OfferedMethod], grant: RecoveryGrant?, isWaiting: Bool? = nil
        ) {
            self.proofsMissing = proofsMissing
            self.methods = methods
            self.grant = grant
            self.isWaiting = isWaiting
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case proofsMissing = 1
            case methods = 2
            case grant = 3
            case isWaiting = 4
        }
    }
}
