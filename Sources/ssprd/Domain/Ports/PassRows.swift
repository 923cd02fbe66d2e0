public import SSPRVocabulary

/// A temporary pass that the help desk has issued; one an account.
public struct PassRow: Sendable, Equatable {
    /// Whom it lets in.
    public let account: AccountID
    /// Keyed hash of the code.
    public let code: [UInt8]
    /// Until when.
    public internal(set) var expiresAt: Timestamp
    /// True when it has been used.
    public var isSpent: Bool
    /// The recovery that it was a proof of; nil when it was none.
    public var recovery: RecoveryID?

    /// Describes a pass.
    public init(account: AccountID, code: [UInt8], expiresAt: Timestamp, isSpent: Bool, recovery: RecoveryID?) {
        self.account = account
        self.code = code
        self.expiresAt = expiresAt
        self.isSpent = isSpent
        self.recovery = recovery
    }
}

/// Reads passes.
public protocol PassSnapshot {
    /// The newest pass of an account.
    func pass(of account: AccountID) throws -> PassRow?
}

/// Changes passes.
public protocol PassTransaction {
    /// Writes a pass in the place of the one before.
    func upsert(_ pass: PassRow) throws
    /// Forgets an account's pass.
    func removePass(of account: AccountID) throws
}
