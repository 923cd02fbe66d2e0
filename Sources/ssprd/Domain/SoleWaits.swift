import SSPRVocabulary

/// Those for whom somebody waits, one call each: in memory, like the waits themselves.
///
/// So nobody fills the places of a whole uid with one recovery.
final class SoleWaits<Key: Hashable & Sendable>: Sendable {
    private let inside = Guarded<Set<Key>>([])

    /// The right to wait for `key`; nil while another call waits.
    func enter(_ key: Key) -> AttemptPass? {
        guard inside.withLock({ $0.insert(key).inserted }) else { return nil }
        return AttemptPass { self.inside.withLock { _ = $0.remove(key) } }
    }
}
