import SSPRDomain
import SSPRVocabulary

/// One closure of `Store.write` on its way through a group, whatever its result's type.
protocol WriteJob: AnyObject, Sendable {
    /// Where its writer waits.
    var turn: Turn { get }
    /// Run once the job's change is durable, before any other job begins; nil for a job that shares its transaction with others.
    var committed: (@Sendable () -> Void)? { get }
    /// Runs the closure and keeps what it returns or throws; true when it returned. May be called again: the last run counts.
    func attempt(in transaction: SQLiteTransaction) -> Bool
    /// Keeps an error in the place of a result.
    func fail(_ error: any Error)
}

/// A closure with its result's type.
final class TypedWriteJob<R: Sendable>: WriteJob {
    typealias Body = @Sendable (any Transaction) throws -> R

    let turn = Turn()
    private struct State {
        var body: Body?
        var committed: (@Sendable () -> Void)?
        var outcome: Result<R, any Error>
    }
    private let state: Guarded<State>

    init(_ body: @escaping Body, committed: (@Sendable () -> Void)? = nil) {
        state = Guarded(State(body: body, committed: committed, outcome: .failure(JobNotRun())))
    }

    var committed: (@Sendable () -> Void)? { state.withLock { $0.committed } }

    func attempt(in transaction: SQLiteTransaction) -> Bool {
        guard let body = state.withLock({ $0.body }) else { return false }
        let outcome = Result { try body(transaction) }
        state.withLock { $0.outcome = outcome }
        if case .success = outcome { return true }
        return false
    }

    func fail(_ error: any Error) {
        state.withLock { $0.outcome = .failure(error) }
    }

    /// Takes the result and lets go of the closures, which must not outlive the call of `write`.
    func finish() -> Result<R, any Error> {
        state.withLock { state in
            state.body = nil
            state.committed = nil
            return state.outcome
        }
    }
}

/// A job was given back without having been run; a fault of the group's code, never of the caller.
struct JobNotRun: Error {}
