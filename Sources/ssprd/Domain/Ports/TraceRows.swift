public import SSPRVocabulary

/// What a code message was sent for.
public enum TraceOrigin: Sendable, Hashable {
    /// A choice of a recovery.
    case recovery(RecoveryID, choice: UInt32)
    /// A method that is being registered.
    case enrolment(EnrolmentID)
}

/// Whether a message was meant to reach anybody; known when it is queued.
public enum TraceAim: UInt8, Sendable {
    /// Couriers are given it.
    case person = 0
    /// A decoy: nobody stands behind the name.
    case nobody = 1
    /// The account or the method is out of use.
    case outOfUse = 2
    /// The number that was typed is not the registered one.
    case unconfirmed = 3
    /// The destination or the channel has had enough.
    case overBudget = 4
    /// Makes the number of notices full, whoever they are about (attack C1): nobody is to see or count it.
    case filler = 5
}

/// What became of a message: stays when the message itself is gone, and holds no address.
///
/// A decoy's is the same row without an account (attack C1).
public struct TraceRow: Sendable, Equatable {
    /// The message.
    public let delivery: DeliveryID
    /// About whose account; nil for a decoy.
    public let account: AccountID?
    /// What a code was sent for; nil for notices.
    public let origin: TraceOrigin?
    /// How it travels.
    public let channel: DeliveryChannel
    /// What it says.
    public let kind: MessageKind
    /// Whether it was meant to reach anybody.
    public let aim: TraceAim
    /// When it was queued.
    public let queuedAt: Timestamp
    /// After this it is worthless.
    public internal(set) var expiresAt: Timestamp
    /// How far it has come, as couriers told.
    public var state: DeliveryState
    /// Why the last attempt failed.
    public var reason: EventReason?
    /// When a courier last took it.
    public var takenAt: Timestamp?
    /// When a courier was rid of it.
    public var settledAt: Timestamp?
    /// How often a courier has taken it.
    public var attempts: UInt32

    /// Describes what became of a message.
    public init(
        delivery: DeliveryID, account: AccountID?, origin: TraceOrigin?, channel: DeliveryChannel, kind: MessageKind,
        aim: TraceAim, queuedAt: Timestamp, expiresAt: Timestamp, state: DeliveryState = .queued,
        reason: EventReason? = nil, takenAt: Timestamp? = nil, settledAt: Timestamp? = nil, attempts: UInt32 = 0
    ) {
        self.delivery = delivery
        self.account = account
        self.origin = origin
        self.channel = channel
        self.kind = kind
        self.aim = aim
        self.queuedAt = queuedAt
        self.expiresAt = expiresAt
        self.state = state
        self.reason = reason
        self.takenAt = takenAt
        self.settledAt = settledAt
        self.attempts = attempts
    }
}

/// A trace under its number: they grow in the order in which messages were queued.
public struct NumberedTrace: Sendable, Equatable {
    /// Its number.
    public let number: UInt64
    /// What became of the message.
    public internal(set) var row: TraceRow

    /// Puts a number to a trace.
    public init(number: UInt64, row: TraceRow) {
        self.number = number
        self.row = row
    }
}

/// How a channel does: what became of its messages to people who had proven who they are.
public struct ChannelRow: Sendable, Equatable {
    /// The channel.
    public let channel: DeliveryChannel
    /// True when the last one was accepted.
    public var isWorking: Bool
    /// How long it usually takes from queueing to acceptance; nil before the first.
    public var usual: Timestamp.Span?

    /// Describes a channel.
    public init(channel: DeliveryChannel, isWorking: Bool, usual: Timestamp.Span?) {
        self.channel = channel
        self.isWorking = isWorking
        self.usual = usual
    }
}

/// Reads what became of messages.
public protocol TraceSnapshot {
    /// The trace of one message.
    func trace(of delivery: DeliveryID) throws -> TraceRow?
    /// The trace of the newest message that was sent for this.
    func newestTrace(for origin: TraceOrigin) throws -> TraceRow?
    /// Up to `limit` traces after a number, in order; with an account, only its own.
    func traces(after number: UInt64, of account: AccountID?, limit: Int) throws -> [NumberedTrace]
    /// When the message of the lowest number was queued; nil without any.
    func oldestTrace() throws -> Timestamp?
    /// How a channel does; nil when nobody knows.
    func channel(_ channel: DeliveryChannel) throws -> ChannelRow?
}

/// Notes what became of messages.
public protocol TraceTransaction {
    /// Adds a trace under the next number; of the oldest few, forgets those queued before `moment` and those beyond the `newest` ones.
    func insert(_ trace: TraceRow, keepingSince moment: Timestamp, newest: UInt64) throws
    /// Of the `count` lowest numbers, forgets those of messages that were queued before a moment.
    func removeTraces(queuedBefore moment: Timestamp, atMost count: Int) throws
    /// Writes all fields of an existing trace.
    func update(_ trace: TraceRow) throws
    /// Writes how a channel does.
    func upsert(_ channel: ChannelRow) throws
}
