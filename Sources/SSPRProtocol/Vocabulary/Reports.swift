/// What a report over time is divided into; in UTC.
public enum ReportBucket: String, WireChoice, Hashable {
    case hour
    case day
    /// From Monday on.
    case week

    /// How long a bucket is.
    public var length: Timestamp.Span {
        switch self {
        case .hour: .hours(1)
        case .day: .hours(24)
        case .week: .hours(7 * 24)
        }
    }

    /// When the bucket of a moment begins.
    public func start(of moment: Timestamp) -> Timestamp {
        // The epoch was a Thursday.
        let offset = self == .week ? Timestamp.Span.hours(4 * 24).milliseconds : 0
        let rest = moment.milliseconds.subtractingReportingOverflow(offset).partialValue % length.milliseconds
        return moment + Timestamp.Span(milliseconds: rest < 0 ? -rest - length.milliseconds : -rest)
    }
}

/// How many events of one kind there were in one bucket.
public struct ActivityTally: Codable, Hashable, Sendable {
    /// When the bucket begins.
    public let startsAt: Timestamp
    /// What happened.
    public let kind: EventKind
    /// How it ended.
    public let outcome: EventOutcome
    /// The kind of method concerned.
    public let method: MethodKind?
    /// How many.
    public let count: UInt32

    /// Describes a count.
    public init(startsAt: Timestamp, kind: EventKind, outcome: EventOutcome, method: MethodKind?, count: UInt32) {
        self.startsAt = startsAt
        self.kind = kind
        self.outcome = outcome
        self.method = method
        self.count = count
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case startsAt = 1
        case kind = 2
        case outcome = 3
        case method = 4
        case count = 5
    }
}

/// What one page of the trail says of one recovery; the reader joins the pages.
public struct RecoverySteps: Codable, Hashable, Sendable {
    /// The recovery.
    public let recovery: RecoveryID
    /// When it began, where that is on this page and within the report's time.
    public var begunAt: Timestamp?
    /// True where it began for a name that is no account's.
    public var isStrangers: Bool?
    /// Right proofs on this page.
    public var proofs: UInt32
    /// When its grant was issued.
    public var grantedAt: Timestamp?
    /// When it set the password, cleared the lockout or let its owner manage methods.
    public var finishedAt: Timestamp?
    /// True where it was cancelled.
    public var isCancelled: Bool?
    /// How far it had come when its time was over.
    public var abandonedAfter: RecoveryStep?
    /// True where it was proven and did not work.
    public var hasFailed: Bool?
    /// True where its wrong proofs blocked the account.
    public var isBlocked: Bool?

    /// Describes a recovery of which nothing is known yet.
    public init(recovery: RecoveryID) {
        self.recovery = recovery
        proofs = 0
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case recovery = 1
        case begunAt = 2
        case isStrangers = 3
        case proofs = 4
        case grantedAt = 5
        case finishedAt = 6
        case isCancelled = 7
        case abandonedAfter = 8
        case hasFailed = 9
        case isBlocked = 10
    }
}

/// How many events of one peer ended in a refusal.
public struct OriginTally: Codable, Hashable, Sendable {
    /// Who made the calls.
    public let actor: EventActor
    /// Wrong, expired or for something else.
    public let refused: UInt32
    /// A limit was reached.
    public let throttled: UInt32

    /// Describes a count.
    public init(actor: EventActor, refused: UInt32, throttled: UInt32) {
        self.actor = actor
        self.refused = refused
        self.throttled = throttled
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case actor = 1
        case refused = 2
        case throttled = 3
    }
}

/// How many accounts of a page have a usable method of a kind.
public struct MethodTally: Codable, Hashable, Sendable {
    /// The kind.
    public let kind: MethodKind
    /// How many accounts.
    public let accounts: UInt32

    /// Describes a count.
    public init(kind: MethodKind, accounts: UInt32) {
        self.kind = kind
        self.accounts = accounts
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case kind = 1
        case accounts = 2
    }
}

/// How far the accounts of a page are.
public struct RegistrationFigures: Codable, Hashable, Sendable {
    /// All of them.
    public var accounts: UInt32 = 0
    /// Those that no administrator has stopped.
    public var enabled: UInt32 = 0
    /// Those with a licence.
    public var licensed: UInt32 = 0
    /// Those with enough usable methods of different classes.
    public var registered: UInt32 = 0
    /// Those that keep every rule of `accounts explain`; a block, which passes, does not count.
    public var capable: UInt32 = 0
    /// Those whose recovery is blocked now.
    public var blocked: UInt32 = 0
    /// By kind, each account once.
    public var methods: [MethodTally] = []

    /// Describes no account.
    public init() {}

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case accounts = 1
        case enabled = 2
        case licensed = 3
        case registered = 4
        case capable = 5
        case blocked = 6
        case methods = 7
    }
}

/// What became of the messages of one channel on a page.
public struct ChannelFigures: Codable, Hashable, Sendable {
    /// The channel.
    public let channel: DeliveryChannel
    /// All messages that couriers were to be given.
    public var queued: UInt32 = 0
    /// Those that the next hop has.
    public var accepted: UInt32 = 0
    /// Those that were refused for good.
    public var failed: UInt32 = 0
    /// Those whose time was over first.
    public var expired: UInt32 = 0
    /// Those that still wait or that a courier has now.
    public var waiting: UInt32 = 0
    /// Those that no courier was given: nobody to send them to, a budget spent, a method out of use.
    public var withheld: UInt32 = 0
    /// From queueing to acceptance in milliseconds, one a message that was accepted.
    public var delays: [UInt64] = []

    /// Describes no message.
    public init(channel: DeliveryChannel) { self.channel = channel }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case channel = 1
        case queued = 2
        case accepted = 3
        case failed = 4
        case expired = 5
        case waiting = 6
        case withheld = 7
        case delays = 8
    }
}

/// What a block stops.
public enum BlockedUse: String, WireChoice, Hashable {
    /// Wrong proofs have blocked recovery.
    case recovery
    /// Wrong passwords have locked sign-in.
    case signIn
}

/// An account that is blocked now.
public struct BlockedAccount: Codable, Hashable, Sendable {
    /// Its name.
    public let account: AccountName
    /// What is blocked.
    public let use: BlockedUse
    /// How many failures were counted.
    public let failures: UInt32
    /// Since when: the last of these failures.
    public let since: Timestamp
    /// Until when.
    public let until: Timestamp

    /// Describes a block.
    public init(account: AccountName, use: BlockedUse, failures: UInt32, since: Timestamp, until: Timestamp) {
        self.account = account
        self.use = use
        self.failures = failures
        self.since = since
        self.until = until
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case account = 1
        case use = 2
        case failures = 3
        case since = 4
        case until = 5
    }
}
