import SSPRDomain
import SSPRVocabulary

/// A clock that stands still until it is told, and randomness that is the same in every run.
final class FakeAmbient: Ambient {
    /// Where the clock begins: at the edge of an app code's time step.
    static let start = Timestamp(milliseconds: 1_800_000_000_000)

    private let state: Guarded<(now: Timestamp, generator: SplitMix64)>

    init(seed: UInt64 = 1) {
        state = Guarded((Self.start, SplitMix64(seed: seed)))
    }

    var now: Timestamp { state.withLock { $0.now } }

    /// Lets time pass.
    func advance(_ span: Timestamp.Span) { state.withLock { $0.now = $0.now + span } }

    /// Turns the clock to a moment.
    func turn(to moment: Timestamp) { state.withLock { $0.now = moment } }

    func random(_ count: Int) -> [UInt8] {
        state.withLock { state in
            var bytes: [UInt8] = []
            while bytes.count < count { bytes += state.generator.next().bigEndianBytes }
            return Array(bytes.prefix(count))
        }
    }
}
