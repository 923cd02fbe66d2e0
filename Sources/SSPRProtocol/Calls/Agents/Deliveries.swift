public import SSPRVocabulary

/// Waits for the next message to deliver and leases it.
public enum ClaimDelivery: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0701, name: "agents.claimDelivery",
        access: .roles(.courier), audit: .events([.deliveryTaken, .deliverySettled]),
        cost: .waiting, summary: "Waits up to 30 s for a message to deliver and leases it for 60 s.")

    /// What the courier can deliver.
    public struct Request: Codable, Hashable, Sendable {
        /// The channels that it serves; without them, all.
        public let channels: [DeliveryChannel]?

        /// Waits for a message of these channels.
        public init(channels: [DeliveryChannel]? = nil) { self.channels = channels }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case channels = 1
        }
    }

    /// A message, or nothing yet.
    public struct Reply: Codable, Sendable {
        /// The message; nil when none came in time.
        public let job: DeliveryJob?

        /// Hands out a message.
        public init(job: DeliveryJob?) { self.job = job }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case job = 1
        }
    }
}

/// A message to deliver.
public struct DeliveryJob: Codable, Sendable {
    /// The same on every repeat.
    public let id: DeliveryID
    /// To be given back with the report; a later lease makes it worthless.
    public let lease: UInt32
    /// How it travels.
    public let channel: DeliveryChannel
    /// Where to.
    public let contact: Recipient
    /// What it says.
    public let kind: MessageKind
    /// About whose account; absent where nobody on the way needs to know it.
    public let account: AccountName?
    /// The code, for messages that carry one, and for notices of a new password the code that takes it back.
    public let code: OneTimeCode?
    /// When what it tells happened.
    public let happenedAt: Timestamp
    /// After this it must not be sent.
    public let expiresAt: Timestamp
    /// The language that its reader has; nil for the courier's default.
    public let language: LanguageTag?
    /// Until when a notice's code is good, which is tried for longer; nil for codes that die with their message.
    public let codeExpiresAt: Timestamp?
    /// What `administratorResets` adds up; absent for all other kinds.
    public let resets: ResetSummary?

    /// Describes a message.
    public init(
        id: DeliveryID, lease: UInt32, channel: DeliveryChannel, contact: Recipient, kind: MessageKind,
        account: AccountName?, code: OneTimeCode?, happenedAt: Timestamp, expiresAt: Timestamp,
        language: LanguageTag? = nil, codeExpiresAt: Timestamp? = nil, resets: ResetSummary? = nil
    ) {
        self.id = id
        self.lease = lease
        self.channel = channel
        self.contact = contact
        self.kind = kind
        self.account = account
        self.code = code
        self.happenedAt = happenedAt
        self.expiresAt = expiresAt
        self.language = language
        self.codeExpiresAt = codeExpiresAt
        self.resets = resets
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case id = 1
        case lease = 2
        case channel = 3
        case contact = 4
        case kind = 5
        case account = 6
        case code = 7
        case happenedAt = 8
        case expiresAt = 9
        case language = 10
        case codeExpiresAt = 11
        case resets = 12
    }
}

/// Says what became of a message.
public enum ReportDelivery: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0702, name: "agents.reportDelivery",
        access: .roles(.courier), audit: .events([.deliverySettled]),
        cost: .store, summary: "Says what became of a leased message; a late report is refused.")

    /// Which message and what became of it.
    public struct Request: Codable, Hashable, Sendable {
        /// The message.
        public let id: DeliveryID
        /// Its lease.
        public let lease: UInt32
        /// What became of it.
        public let outcome: DeliveryOutcome
        /// Why it was not accepted.
        public let reason: DeliveryFault?

        /// Reports a message.
        public init(id: DeliveryID, lease: UInt32, outcome: DeliveryOutcome, reason: DeliveryFault? = nil) {
            self.id = id
            self.lease = lease
            self.outcome = outcome
            self.reason = reason
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case id = 1
            case lease = 2
            case outcome = 3
            case reason = 4
        }
    }

    /// Noted.
    public typealias Reply = Empty
}
