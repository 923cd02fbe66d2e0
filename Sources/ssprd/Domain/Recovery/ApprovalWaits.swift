import SSPRVocabulary

/// The recoveries for which somebody waits: in memory, like the waits themselves.
final class ApprovalWaits: Sendable {
    private let inside = Guarded<Set<RecoveryID>>([])

    /// The right to wait for a recovery's device; nil while another call waits.
    func enter(_ recovery: RecoveryID) -> AttemptPass? {
        guard inside.withLock({ $0.insert(recovery).inserted }) else { return nil }
        return AttemptPass { self.inside.withLock { _ = $0.remove(recovery) } }
    }
}
