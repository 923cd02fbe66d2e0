import SSPRDomain
import SSPRVocabulary

/// A bell that counts how often it rang for what.
final class RecordingBell: Bell {
    private let rings = Guarded<[Topic: Int]>([:])

    func ring(_ topic: Topic) { rings.withLock { $0[topic, default: 0] += 1 } }

    /// How often it has rung for the topic.
    func count(_ topic: Topic) -> Int { rings.withLock { $0[topic] ?? 0 } }
}
