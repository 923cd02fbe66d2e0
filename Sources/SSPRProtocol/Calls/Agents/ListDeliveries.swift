public import SSPRVocabulary

/// Shows administrators what became of messages.
public enum ListDeliveries: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0705, name: "agents.listDeliveries",
        access: .roles(.administrator), audit: .nothing(reason: "reading by an administrator changes nothing"),
        cost: .store, summary: "Lists the messages of the last 96 h, oldest first, with what became of them and why.")

    /// Which page.
    public struct Request: Codable, Hashable, Sendable {
        /// The `reached` of the page before; 0 to begin.
        public let after: UInt64
        /// Only messages about this account.
        public let account: AccountName?
        /// Only messages of this channel.
        public let channel: DeliveryChannel?
        /// Only messages in this state.
        public let state: DeliveryState?

        /// Asks for a page.
        public init(
            after: UInt64 = 0, account: AccountName? = nil, channel: DeliveryChannel? = nil,
            state: DeliveryState? = nil
        ) {
            self.after = after
            self.account = account
            self.channel = channel
            self.state = state
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case after = 1
            case account = 2
            case channel = 3
            case state = 4
        }
    }

    /// A page.
    public struct Reply: Codable, Hashable, Sendable {
        /// Up to 64 messages that match.
        public let deliveries: [DeliverySummary]
        /// Where the next page begins.
        public let reached: UInt64
        /// True when nothing comes after.
        public let isLast: Bool

        /// Describes a page.
        public init(deliveries: [DeliverySummary], reached: UInt64, isLast: Bool) {
            self.deliveries = deliveries
            self.reached = reached
            self.isLast = isLast
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case deliveries = 1
            case reached = 2
            case isLast = 3
        }
    }
}

/// A message as an administrator sees it: no address, no code.
public struct DeliverySummary: Codable, Hashable, Sendable {
    /// The message, as in the audit trail.
    public let id: DeliveryID
    /// About whose account; nil when no such account could be sent anything.
    public let account: AccountName?
    /// For which recovery.
    public let recovery: RecoveryID?
    /// How it travels.
    public let channel: DeliveryChannel
    /// What it says.
    public let kind: MessageKind
    /// How far it has come.
    public let state: DeliveryState
    /// Why it failed, or why the last attempt did.
    public let reason: EventReason?
    /// When it was queued.
    public let queuedAt: Timestamp
    /// When a courier last took it.
    public let takenAt: Timestamp?
    /// When it was accepted or failed.
    public let settledAt: Timestamp?
    /// How often a courier has taken it.
    public let attempts: UInt32

    /// Describes a message.
    public init(
        id: DeliveryID, account: AccountName?, recovery: RecoveryID?, channel: DeliveryChannel, kind: MessageKind,
        state: DeliveryState, reason: EventReason?, queuedAt: Timestamp, takenAt: Timestamp?, settledAt: Timestamp?,
        attempts: UInt32
    ) {
        self.id = id
        self.account = account
        self.recovery = recovery
        self.channel = channel
        self.kind = kind
        self.state = state
        self.reason = reason
        self.queuedAt = queuedAt
        self.takenAt = takenAt
        self.settledAt = settledAt
        self.attempts = attempts
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case id = 1
        case account = 2
        case recovery = 3
        case channel = 4
        case kind = 5
        case state = 6
        case reason = 7
        case queuedAt = 8
        case takenAt = 9
        case settledAt = 10
        case attempts = 11
    }
}
