public import SSPRVocabulary

/// Follows the newest code message of a choice.
public enum TraceRecovery: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0307, name: "recovery.trace",
        access: .rolesOrHolder(.helper), audit: .nothing(reason: "nothing is changed"),
        cost: .waiting,
        summary:
            "Says where a code message is, and waits up to 30 s for news; before the first proof, how its channel does instead."
    )

    /// Which message, and what is known of it.
    public struct Request: Codable, Sendable {
        /// The recovery.
        public let handle: RecoveryHandle
        /// The method's number in it.
        public let choice: UInt32
        /// The channel that was asked for; without it, the first of the offer.
        public let channel: DeliveryChannel?
        /// The state that the caller knows: waits for another one, or for other news.
        ///
        /// Without it, answers at once.
        public let known: DeliveryState?

        /// Asks where a message is.
        public init(
            handle: RecoveryHandle, choice: UInt32, channel: DeliveryChannel? = nil, known: DeliveryState? = nil
        ) {
            self.handle = handle
            self.choice = choice
            self.channel = channel
            self.known = known
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case handle = 1
            case choice = 2
            case channel = 3
            case known = 4
        }
    }

    /// Where it is.
    public typealias Reply = DeliveryTrace
}

/// Where a message is, as its recipient is told; why it failed is told to administrators.
public struct DeliveryTrace: Codable, Hashable, Sendable {
    /// How far it has come; always `queued` unless `isExact`.
    public let state: DeliveryState
    /// True when this is the message's own state.
    ///
    /// Before the first proof it is not, for anybody: only the channel is told of, since a message to nobody is never taken.
    public let isExact: Bool
    /// How it travels.
    public let channel: DeliveryChannel
    /// True when a courier for the channel has been here within the last 90 s.
    public let isServed: Bool
    /// True when the channel's last message to somebody proven was accepted, false when it failed; nil when there was none.
    public let isWorking: Bool?
    /// In how many seconds such messages are usually accepted.
    public let usualSeconds: UInt32?
    /// When it was queued.
    public let queuedAt: Timestamp?
    /// When a courier last took it.
    public let takenAt: Timestamp?
    /// When it was accepted or failed.
    public let settledAt: Timestamp?

    /// Describes where a message is.
    public init(
        state: DeliveryState, isExact: Bool, channel: DeliveryChannel, isServed: Bool, isWorking: Bool? = nil,
        usualSeconds: UInt32? = nil, queuedAt: Timestamp? = nil, takenAt: Timestamp? = nil, settledAt: Timestamp? = nil
    ) {
        self.state = state
        self.isExact = isExact
        self.channel = channel
        self.isServed = isServed
        self.isWorking = isWorking
        self.usualSeconds = usualSeconds
        self.queuedAt = queuedAt
        self.takenAt = takenAt
        self.settledAt = settledAt
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case state = 1
        case isExact = 2
        case channel = 3
        case isServed = 4
        case isWorking = 5
        case usualSeconds = 6
        case queuedAt = 7
        case takenAt = 8
        case settledAt = 9
    }
}
