import SSPRDomain
import SSPRVocabulary

/// What transactions wrote, by the name of the row operation.
typealias RowTally = [String: Int]

/// A store around another that counts transactions and row operations, and lets something happen between two of them.
final class CountingStore: Store {
    private struct State {
        var commits = 0
        var reads = 0
        var rows: RowTally = [:]
        var afterCommit: (@Sendable () -> Void)?
        var failures = 0
    }

    private let inner: any Store
    private let state = Guarded(State())

    init(_ inner: any Store) { self.inner = inner }

    /// How many transactions were committed.
    var commits: Int { state.withLock { $0.commits } }
    /// How many snapshots were read.
    var reads: Int { state.withLock { $0.reads } }
    /// What the committed transactions wrote.
    var rows: RowTally { state.withLock { $0.rows } }

    /// Runs `body` once, after the next commit.
    func afterCommit(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.afterCommit = body } }

    /// The next `count` transactions find no room.
    func fail(_ count: Int) { state.withLock { $0.failures = count } }

    func write<R: Sendable>(_ body: @Sendable (any SSPRDomain.Transaction) throws -> R) throws -> R {
        try state.withLock { state in
            guard state.failures == 0 else {
                state.failures -= 1
                throw StoreError.unavailable
            }
        }
        // Each run of the closure has a tally of its own; only the run that was committed is returned, and counts.
        let (result, tally) = try inner.write { tx in
            let counting = CountingTransaction(tx)
            return (try body(counting), counting.tally)
        }
        let after = state.withLock { state in
            state.commits += 1
            state.rows.merge(tally, uniquingKeysWith: +)
            defer { state.afterCommit = nil }
            return state.afterCommit
        }
        after?()
        return result
    }

    func writeAlone<R: Sendable>(
        _ body: @Sendable (any SSPRDomain.Transaction) throws -> R, committed: @Sendable () -> Void
    ) throws -> R {
        let result = try write(body)
        committed()
        return result
    }

    func read<R: Sendable>(_ body: @Sendable (any Snapshot) throws -> R) throws -> R {
        state.withLock { $0.reads += 1 }
        return try inner.read(body)
    }

    func read<R: Sendable>(asOf moment: Timestamp, _ body: (any EligibilitySnapshot) throws -> R) throws -> R {
        state.withLock { $0.reads += 1 }
        return try inner.read(asOf: moment, body)
    }
}
