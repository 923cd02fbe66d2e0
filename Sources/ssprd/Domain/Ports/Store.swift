public import SSPRVocabulary

/// Where state lives.
///
/// Every check-then-act is one closure of `write`: the database is the lock (decision 0013).
///
/// A closure may run twice (a group that could not be committed is run again one by one, a serialisation conflict is retried): it must
/// be pure, draw fresh identifiers inside and write no captured variable.
public protocol Store: Sendable {
    /// Runs `body` all or nothing; durable when this returns. An error thrown by `body` undoes everything it did and is thrown on.
    ///
    /// Throws `StoreError.unavailable` when the disk has no room; the process ends when a sync fails (invariant I13).
    func write<R: Sendable>(_ body: @Sendable (any Transaction) throws -> R) throws -> R

    /// The same in a transaction that it shares with nobody: `committed` is run once the change is durable and before any other closure
    /// of `write` begins.
    func writeAlone<R: Sendable>(
        _ body: @Sendable (any Transaction) throws -> R, committed: @Sendable () -> Void
    ) throws -> R

    /// Runs `body` on one consistent snapshot.
    func read<R: Sendable>(_ body: @Sendable (any Snapshot) throws -> R) throws -> R

    /// Runs `body` on what was so at a moment: one that is known (`PastSnapshot.knownFrom`), and not in the future.
    ///
    /// Of accounts, methods, passes and counters only that is there which decides who can recover: no address, no key, no code.
    func read<R: Sendable>(asOf moment: Timestamp, _ body: (any EligibilitySnapshot) throws -> R) throws -> R
}

/// What a store may say besides the errors of a closure.
public enum StoreError: Error, Sendable, CustomStringConvertible {
    /// Nothing was changed and nothing can be now: no room.
    case unavailable

    /// For the log.
    public var description: String { "the disk that holds the state is full: make room there, then start again" }
}

/// What can be read: all families of rows.
public protocol Snapshot: EligibilitySnapshot, PastSnapshot, RecoverySnapshot, ApprovalSnapshot, ReviewSnapshot,
    OutboxSnapshot, TraceSnapshot, WritebackSnapshot, AuditSnapshot, QuestionSnapshot, UndoSnapshot, ClockSnapshot,
    DigestSnapshot
{}

/// What can be changed: all families of rows.
public protocol Transaction: Snapshot, AccountTransaction, GroupTransaction, LicenceTransaction, MethodTransaction,
    RecoveryTransaction, ApprovalTransaction, PassTransaction, ReviewTransaction, CounterTransaction,
    OutboxTransaction, TraceTransaction, WritebackTransaction, AuditTransaction, QuestionTransaction,
    UndoTransaction, PolicyTransaction, ClockTransaction, RevivalTransaction,
    DigestTransaction, PastTransaction
{}
