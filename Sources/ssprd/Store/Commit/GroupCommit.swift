import SSPRVocabulary

/// Lets writers that wait at the same moment share one commit.
///
/// The first writer to come leads: it takes everything that waits at this moment, runs it as one group, names the next leader and hands
/// out the results. Nobody ever waits for a group to fill: alone, a writer is served at once, and groups grow only under load.
final class GroupCommit: Sendable {
    /// The greatest number of jobs in one group: bounds how long the last of them waits for the others' statements.
    static let bound = 256

    private struct State {
        /// In order of arrival; the leader's own job is the first.
        var waiting: [any WriteJob] = []
        var hasLeader = false
    }

    private let state = Guarded(State())
    /// Runs a group to its end; afterwards each of its jobs has its result.
    private let run: @Sendable ([any WriteJob]) -> Void

    init(run: @escaping @Sendable ([any WriteJob]) -> Void) { self.run = run }

    /// How many writers wait for the group after the one that runs.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Blocks until the job has its result.
    func submit(_ job: any WriteJob) {
        let leads = state.withLock { state in
            state.waiting.append(job)
            defer { state.hasLeader = true }
            return !state.hasLeader
        }
        if leads || job.turn.wait() == .lead { lead(job) }
    }

    private func lead(_ own: any WriteJob) {
        let group = state.withLock { state in
            // Who wants to be alone is, with nobody before or after in the same transaction.
            let isAlone = state.waiting.first?.committed != nil
            let group = isAlone ? [own] : Array(state.waiting.prefix(Self.bound).prefix { $0.committed == nil })
            state.waiting.removeFirst(group.count)
            return group
        }
        run(group)
        // The next group begins before this one's writers wake up: the disk is what everybody waits for.
        let next = state.withLock { state in
            state.hasLeader = !state.waiting.isEmpty
            return state.waiting.first
        }
        next?.turn.give(.lead)
        for job in group where job !== own { job.turn.give(.finished) }
    }
}
