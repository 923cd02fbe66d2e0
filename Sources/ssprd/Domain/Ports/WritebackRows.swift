public import SSPRVocabulary

/// The committed intent to change a password at a target, and what became of it.
///
/// The password itself is never stored.
public struct IntentRow: Sendable, Equatable {
    /// Names the order.
    public let id: OrderID
    /// Whose password.
    public let account: AccountID
    /// The recovery whose grant was taken; nil for a change by the owner.
    public let recovery: RecoveryID?
    /// What was to be done.
    public let operation: WritebackOperation
    /// Where.
    public let target: TargetName
    /// When it was decided.
    public let orderedAt: Timestamp
    /// What became of it; nil while nobody knows.
    public var outcome: WritebackOutcome?

    /// Describes an intent.
    public init(
        id: OrderID, account: AccountID, recovery: RecoveryID?, operation: WritebackOperation, target: TargetName,
        orderedAt: Timestamp, outcome: WritebackOutcome?
    ) {
        self.id = id
        self.account = account
        self.recovery = recovery
        self.operation = operation
        self.target = target
        self.orderedAt = orderedAt
        self.outcome = outcome
    }
}

/// Reads intents.
public protocol WritebackSnapshot {
    /// One intent.
    func intent(_ id: OrderID) throws -> IntentRow?
    /// Intents without an outcome, oldest first.
    func openIntents() throws -> [IntentRow]
}

/// Changes intents.
public protocol WritebackTransaction {
    /// Adds an intent.
    func insert(_ intent: IntentRow) throws
    /// Writes all fields of an existing intent.
    func update(_ intent: IntentRow) throws
}
