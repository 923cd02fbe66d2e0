public import SSPRVocabulary

/// A way back from a new password.
public struct UndoRow: Sendable, Equatable {
    /// Keyed hash of the code.
    public let code: [UInt8]
    /// Whose password changed.
    public let account: AccountID
    /// When.
    public internal(set) var changedAt: Timestamp
    /// Until when it may be taken back.
    public internal(set) var expiresAt: Timestamp
    /// The password from before; nil where a directory holds it.
    public let previous: Verifier?

    /// Describes a way back.
    public init(
        code: [UInt8], account: AccountID, changedAt: Timestamp, expiresAt: Timestamp, previous: Verifier?
    ) {
        self.code = code
        self.account = account
        self.changedAt = changedAt
        self.expiresAt = expiresAt
        self.previous = previous
    }
}

/// Reads ways back.
public protocol UndoSnapshot {
    /// What a code, as its keyed hash, takes back.
    func undo(code: [UInt8]) throws -> UndoRow?
    /// How many changes of an account may still be taken back.
    func undoCount(of account: AccountID, at now: Timestamp) throws -> Int
}

/// Changes ways back.
public protocol UndoTransaction {
    /// Notes a way back; forgets all that are over at `now`, whosoever they are: no old password is kept for longer than it may return.
    func insert(_ undo: UndoRow, now: Timestamp) throws
    /// Forgets an account's ways back from this change and from all after it.
    func removeUndos(of account: AccountID, since moment: Timestamp) throws
}
