public import SSPRVocabulary

/// How far a question to a device is.
public enum ApprovalState: UInt8, Sendable {
    /// Nobody has answered.
    case open = 0
    /// Approved with the right number; the terminal has not fetched it.
    case approved = 1
    /// The terminal has fetched it.
    case spent = 2
    /// Denied, or answered with a wrong number.
    case refused = 3
}

/// A question to a device for one choice of one recovery.
///
/// A newer one replaces it.
public struct ApprovalRow: Sendable, Equatable {
    /// Names the question.
    public let id: ApprovalID
    /// For which recovery.
    public let recovery: RecoveryID
    /// For which of its choices.
    public let choice: UInt32
    /// The device; nil for a question that no device is ever shown.
    public let method: MethodID?
    /// Makes it unlike every other.
    public let nonce: ApprovalNonce
    /// What the terminal shows, 0 to 99.
    public let number: UInt8
    /// When it was asked.
    public internal(set) var askedAt: Timestamp
    /// Until when.
    public internal(set) var expiresAt: Timestamp
    /// How far it is.
    public var state: ApprovalState

    /// Describes a question.
    public init(
        id: ApprovalID, recovery: RecoveryID, choice: UInt32, method: MethodID?, nonce: ApprovalNonce, number: UInt8,
        askedAt: Timestamp, expiresAt: Timestamp, state: ApprovalState
    ) {
        self.id = id
        self.recovery = recovery
        self.choice = choice
        self.method = method
        self.nonce = nonce
        self.number = number
        self.askedAt = askedAt
        self.expiresAt = expiresAt
        self.state = state
    }
}

/// Reads questions to devices.
public protocol ApprovalSnapshot {
    /// One question.
    func approval(_ id: ApprovalID) throws -> ApprovalRow?
    /// The newest question for one choice.
    func approval(of recovery: RecoveryID, choice: UInt32) throws -> ApprovalRow?
    /// The open questions to a device that have not expired at `now`, oldest first.
    func openApprovals(of method: MethodID, at now: Timestamp) throws -> [ApprovalRow]
}

/// Changes questions to devices.
public protocol ApprovalTransaction {
    /// Writes a question in the place of the one before.
    func upsert(_ approval: ApprovalRow) throws
}
