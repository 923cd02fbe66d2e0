public import SSPRVocabulary

/// Whom a counter counts: an account, a name that is no account's (by its keyed hash), a method of either, a destination, a channel.
///
/// At most 17 bytes; the first says which of them.
public struct SubjectKey: Hashable, Sendable {
    /// One byte of kind, sixteen of identity.
    public let bytes: [UInt8]

    /// Takes the 17 bytes as stored.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// The key of an account.
    public static func account(_ id: AccountID) -> SubjectKey {
        SubjectKey(
            bytes: [1] + [UInt8](repeating: 0, count: 8)
                + (0..<8).map { UInt8(truncatingIfNeeded: id.number >> (56 - 8 * $0)) })
    }

    /// The key of a name that is no account's, from its keyed hash of at least 16 bytes.
    public static func stranger(_ hash: [UInt8]) -> SubjectKey { SubjectKey(bytes: [2] + hash.prefix(16)) }

    /// The key of a registered method.
    public static func method(_ id: MethodID) -> SubjectKey {
        SubjectKey(
            bytes: [3] + [UInt8](repeating: 0, count: 8)
                + (0..<8).map { UInt8(truncatingIfNeeded: id.number >> (56 - 8 * $0)) })
    }

    /// The key of a method that only seems to be there, from a keyed hash of at least 16 bytes.
    ///
    /// Those of strangers stand in the strangers' bounded table.
    public static func decoy(_ hash: [UInt8], of subject: SubjectKey) -> SubjectKey {
        SubjectKey(bytes: [subject.isStranger ? 2 : 4] + hash.prefix(16))
    }

    /// The key of an address or a number, from its keyed hash of at least 16 bytes.
    public static func destination(_ hash: [UInt8]) -> SubjectKey { SubjectKey(bytes: [5] + hash.prefix(16)) }

    /// The key of a channel.
    public static func channel(_ channel: DeliveryChannel) -> SubjectKey {
        let name = Array(channel.rawValue.utf8.prefix(16))
        return SubjectKey(bytes: [6] + name + [UInt8](repeating: 0, count: 16 - name.count))
    }

    /// The key of an account whose owner the help desk asks for: wrong codes there block no recovery, and a block of recovery no call.
    public static func caller(_ id: AccountID) -> SubjectKey {
        SubjectKey(bytes: [7] + account(id).bytes.dropFirst())
    }

    /// The account, for the key of one or of its caller.
    var account: AccountID? {
        guard bytes.first == 1 || bytes.first == 7 else { return nil }
        return try? AccountID(bytes.dropFirst(9).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// What stands for the name in the trail, for the key of a stranger.
    var pseudonym: Pseudonym? { isStranger ? Pseudonym(hash: Array(bytes.dropFirst())) : nil }

    /// True for a name that is no account's, and for what it seems to have.
    public var isStranger: Bool { bytes.first == 2 }
}

/// What is counted (feature F7, F11).
public enum CounterKind: UInt8, Sendable {
    /// Wrong passwords at sign-in, in a row.
    case signIn = 1
    /// Wrong proofs of recoveries in 24 h.
    case recovery = 2
    /// Code messages in 1 h.
    case codes = 3
    /// Notices in 1 h.
    case notices = 4
    /// Failures of one method, in a row.
    case method = 5
    /// Questions to devices in 10 min, and the pause after a denial.
    case prompts = 6
    /// Code messages to one destination in 1 h.
    case destination = 7
    /// Messages through one channel in a day.
    case channel = 8
}

/// One counter.
///
/// The store keeps it; the domain decides what it means.
public struct CounterRow: Sendable, Equatable {
    /// Whom it counts.
    public let subject: SubjectKey
    /// What it counts.
    public let kind: CounterKind
    /// How many.
    public var count: UInt32
    /// When the first of these was.
    public var firstAt: Timestamp
    /// When the last of these was.
    public var lastAt: Timestamp
    /// Refuses everything until then.
    public var blockedUntil: Timestamp?
    /// How often it has blocked in a row: the wait doubles.
    public var blocks: UInt32
    /// True while an attempt is charged but not settled; found at a start, it counts as failed (invariant I1).
    public var isPending: Bool
    /// Keyed hashes of the last wrong secrets, 16 bytes each, newest first: the same mistake is not counted twice.
    public var recent: [UInt8]

    /// Describes a counter.
    public init(
        subject: SubjectKey, kind: CounterKind, count: UInt32 = 0, firstAt: Timestamp, lastAt: Timestamp,
        blockedUntil: Timestamp? = nil, blocks: UInt32 = 0, isPending: Bool = false, recent: [UInt8] = []
    ) {
        self.subject = subject
        self.kind = kind
        self.count = count
        self.firstAt = firstAt
        self.lastAt = lastAt
        self.blockedUntil = blockedUntil
        self.blocks = blocks
        self.isPending = isPending
        self.recent = recent
    }
}

/// Reads counters.
public protocol CounterSnapshot {
    /// One counter.
    func counter(_ subject: SubjectKey, _ kind: CounterKind) throws -> CounterRow?
    /// How many counters of strangers there are: their table is bounded (attack F6).
    func strangerCounters() throws -> Int
}

extension CounterSnapshot {
    /// Until when a counter blocks its subject; nil when it does not at `now`.
    func block(of subject: SubjectKey, _ kind: CounterKind, at now: Timestamp) throws -> Timestamp? {
        try counter(subject, kind)?.blockedUntil.flatMap { $0 > now ? $0 : nil }
    }
}

/// Changes counters.
public protocol CounterTransaction {
    /// Writes a counter, new or not.
    func upsert(_ counter: CounterRow) throws
    /// Forgets a counter.
    func removeCounter(_ subject: SubjectKey, _ kind: CounterKind) throws
    /// Forgets all counters of a subject.
    func removeCounters(of subject: SubjectKey) throws
    /// Forgets strangers' counters untouched since `moment` that block nothing at `now`; returns how many.
    func removeStrangerCounters(untouchedSince moment: Timestamp, now: Timestamp) throws -> Int
    /// Ends every pending mark; their charge stays. Returns how many there were.
    func settlePendingCounters() throws -> Int
}
