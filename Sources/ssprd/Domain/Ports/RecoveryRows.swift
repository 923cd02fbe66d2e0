public import SSPRVocabulary

/// A method as one recovery offers it, under a number of that recovery's own.
public struct Offer: Sendable, Equatable {
    /// What the peer calls it: 1, 2, 3 in this recovery.
    public let choice: UInt32
    /// What kind.
    public let kind: MethodKind
    /// The method behind it; nil for a decoy.
    public let method: MethodID?

    /// Describes an offer.
    public init(choice: UInt32, kind: MethodKind, method: MethodID?) {
        self.choice = choice
        self.kind = kind
        self.method = method
    }
}

/// How far a recovery is.
public enum RecoveryState: UInt8, Sendable {
    /// Proofs are awaited.
    case open = 0
    /// Proven: a grant is out.
    case granted = 1
    /// The grant has been taken by a completion that is under way.
    case taken = 2
    /// The password is set or the account unlocked.
    case finished = 3
    /// Cancelled by the peer.
    case cancelled = 4
    /// Made void by another recovery's success, a changed password, or a failure that leaves nothing to go on with.
    case void = 5
    /// Its time was over before it came to anything.
    case abandoned = 6
}

/// One attempt to recover an account.
///
/// A decoy is the same row without an account, written by the same code (attack C1).
public struct RecoveryRow: Sendable, Equatable {
    /// Stands in the audit trail.
    public let id: RecoveryID
    /// Keyed hash of the handle.
    public let handle: [UInt8]
    /// Whose; nil for a decoy.
    public let account: AccountID?
    /// Whom the counters count.
    public let subject: SubjectKey
    /// To reset or to unlock.
    public let purpose: RecoveryPurpose
    /// The only peer that may go on with it.
    public let peer: UInt32
    /// When it began.
    public let begunAt: Timestamp
    /// Until when.
    public internal(set) var expiresAt: Timestamp
    /// How many proofs of different classes it needs; fixed at its beginning (feature F4).
    public let proofsNeeded: UInt8
    /// What it offers.
    public let offers: [Offer]
    /// False for a decoy and for an account that may not recover: no proof is ever accepted.
    public let isEligible: Bool
    /// The version of the policy under which it began.
    public let policy: UInt32
    /// The groups whose sections counted when it began; a decoy's are those of the account that it looks like.
    public let scopes: [GroupName]
    /// How far it is.
    public var state: RecoveryState
    /// The choices that have been proven.
    public var proven: [UInt32]
    /// The questions that were drawn, by catalogue number.
    public var drawn: [UInt32]
    /// Keyed hash of the grant, from `granted` on.
    public var grant: [UInt8]?
    /// How often a refused password gave the grant back.
    public var grantTries: UInt32

    /// Wakes the devices of the account and whoever waits for their answers.
    var topic: Topic { .approvals(account.map(SubjectKey.account) ?? subject) }

    /// Describes a recovery.
    public init(
        id: RecoveryID, handle: [UInt8], account: AccountID?, subject: SubjectKey, purpose: RecoveryPurpose,
        peer: UInt32,
        begunAt: Timestamp, expiresAt: Timestamp, proofsNeeded: UInt8, offers: [Offer], isEligible: Bool,
        state: RecoveryState, proven: [UInt32], drawn: [UInt32], grant: [UInt8]?, grantTries: UInt32,
        policy: UInt32 = 0, scopes: [GroupName] = []
    ) {
        self.id = id
        self.handle = handle
        self.account = account
        self.subject = subject
        self.purpose = purpose
        self.peer = peer
        self.begunAt = begunAt
        self.expiresAt = expiresAt
        self.proofsNeeded = proofsNeeded
        self.offers = offers
        self.isEligible = isEligible
        self.policy = policy
        self.scopes = scopes
        self.state = state
        self.proven = proven
        self.drawn = drawn
        self.grant = grant
        self.grantTries = grantTries
    }
}

/// A code that was sent for one choice of one recovery.
///
/// A newer one replaces it.
public struct CodeRow: Sendable, Equatable {
    /// For which recovery.
    public let recovery: RecoveryID
    /// For which of its choices.
    public let choice: UInt32
    /// Keyed hash of the code.
    public let code: [UInt8]
    /// When it was sent.
    public internal(set) var sentAt: Timestamp
    /// Until when.
    public internal(set) var expiresAt: Timestamp
    /// Wrong tries.
    public var tries: UInt32
    /// True once it was accepted or had too many tries.
    public var isSpent: Bool

    /// Describes a code.
    public init(
        recovery: RecoveryID, choice: UInt32, code: [UInt8], sentAt: Timestamp, expiresAt: Timestamp, tries: UInt32,
        isSpent: Bool
    ) {
        self.recovery = recovery
        self.choice = choice
        self.code = code
        self.sentAt = sentAt
        self.expiresAt = expiresAt
        self.tries = tries
        self.isSpent = isSpent
    }
}

/// Reads recoveries.
public protocol RecoverySnapshot {
    /// What a peer has made sure of for the help desk and not used yet, the newest.
    func verification(of account: AccountID, by peer: UInt32, at now: Timestamp) throws -> RecoveryRow?
    /// The recovery under a handle's keyed hash.
    func recovery(handle: [UInt8]) throws -> RecoveryRow?
    /// The recovery under a grant's keyed hash.
    func recovery(grant: [UInt8]) throws -> RecoveryRow?
    /// One recovery.
    func recovery(_ id: RecoveryID) throws -> RecoveryRow?
    /// Recoveries that have come to nothing, those that expired first before others: open and granted ones whose time was over at
    /// `now`, and taken ones whose time was over at `left` and of which no order is under way.
    func unfinishedRecoveries(at now: Timestamp, takenUntil left: Timestamp, limit: Int) throws -> [RecoveryRow]
    /// The newest code for one choice.
    func code(of recovery: RecoveryID, choice: UInt32) throws -> CodeRow?
}

/// Changes recoveries.
public protocol RecoveryTransaction {
    /// Adds a recovery and forgets those that have ended, expired more than a day before `now` and owe no outcome, with their codes.
    func insert(_ recovery: RecoveryRow, now: Timestamp) throws
    /// Writes all fields of an existing recovery.
    func update(_ recovery: RecoveryRow) throws
    /// Makes every `open` or `granted` recovery of an account void, but not `kept`; returns which, in the order of their numbers.
    func voidRecoveries(of account: AccountID, except kept: RecoveryID?) throws -> [RecoveryID]
    /// Writes a code in the place of the one before.
    func upsert(_ code: CodeRow) throws
}
