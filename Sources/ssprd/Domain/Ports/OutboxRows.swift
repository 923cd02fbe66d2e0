public import SSPRVocabulary

/// A message on its way to a person.
public struct DeliveryRow: Sendable, Equatable {
    /// The same on every repeat.
    public let id: DeliveryID
    /// About whose account; nil for a decoy, which no courier is ever given.
    public let account: AccountID?
    /// How it travels.
    public let channel: DeliveryChannel
    /// What it says.
    public let kind: MessageKind
    /// Contact and facts, sealed; all rows of one channel have the same size.
    public let payload: Sealed
    /// When it was queued.
    public let queuedAt: Timestamp
    /// After this it is worthless.
    public internal(set) var expiresAt: Timestamp
    /// Not before.
    public var dueAt: Timestamp
    /// How often it has been leased; fences a late courier's report.
    public var lease: UInt32
    /// Until when the current lease holds; nil when nobody has it.
    public var leasedUntil: Timestamp?
    /// For a wake-up: the question that it tells of, with which it dies.
    public let question: ApprovalID?
    /// For what adds resets up: the digest.
    public let digest: DigestNumber?

    /// Describes a message.
    public init(
        id: DeliveryID, account: AccountID?, channel: DeliveryChannel, kind: MessageKind, payload: Sealed,
        queuedAt: Timestamp, expiresAt: Timestamp, dueAt: Timestamp, lease: UInt32, leasedUntil: Timestamp?,
        question: ApprovalID? = nil, digest: DigestNumber? = nil
    ) {
        self.id = id
        self.account = account
        self.channel = channel
        self.kind = kind
        self.payload = payload
        self.queuedAt = queuedAt
        self.expiresAt = expiresAt
        self.dueAt = dueAt
        self.lease = lease
        self.leasedUntil = leasedUntil
        self.question = question
        self.digest = digest
    }
}

extension DeliveryRow {
    /// When it is due and under no lease.
    public var freeAt: Timestamp { max(dueAt, leasedUntil ?? dueAt) }
}

/// Reads the outbox.
public protocol OutboxSnapshot {
    /// One message.
    func delivery(_ id: DeliveryID) throws -> DeliveryRow?
    /// The message of a channel that has been free to take for longest at `now`, not expired, and no decoy.
    func nextDelivery(at now: Timestamp, through channel: DeliveryChannel) throws -> DeliveryRow?
    /// When the first message of a channel that cannot be taken at `now` will be free; decoys and expired ones aside.
    func nextDeliveryTime(after now: Timestamp, through channel: DeliveryChannel) throws -> Timestamp?
    /// Messages and decoys that have expired and are under no lease any more, those that expired first before others.
    func expiredDeliveries(at now: Timestamp, limit: Int) throws -> [DeliveryRow]
}

/// Changes the outbox.
public protocol OutboxTransaction {
    /// Queues a message.
    func insert(_ delivery: DeliveryRow) throws
    /// Writes all fields of an existing message.
    func update(_ delivery: DeliveryRow) throws
    /// Forgets a message.
    func remove(_ delivery: DeliveryID) throws
}
