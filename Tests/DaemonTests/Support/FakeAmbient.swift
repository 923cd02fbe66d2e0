import SSPRDomain
import SSPRVocabulary

/// Clocks that stand still until they are told, and randomness that is the same in every run.
final class FakeAmbient: Ambient, HouseClock {
    /// Where the clock begins: at the edge of an app code's time step.
    static let start = Timestamp(milliseconds: 1_800_000_000_000)

    private struct State {
        /// The wall clock and the clock that nobody sets.
        var reading: ClockReading
        var held: ClockReading
        var generator: SplitMix64
    }

    private let state: Guarded<State>

    init(seed: UInt64 = 1) {
        // Long after the machine was started, so that tests may go back.
        let reading = ClockReading(wall: Self.start, sinceBoot: .hours(1000), boot: [UInt8](repeating: 1, count: 16))
        state = Guarded(State(reading: reading, held: reading, generator: SplitMix64(seed: seed)))
    }

    var now: Timestamp { state.withLock { $0.held.wall(at: $0.reading.sinceBoot) } }
    var steady: Timestamp { Timestamp(milliseconds: reading.sinceBoot.milliseconds) }
    var reading: ClockReading { state.withLock { $0.reading } }
    var held: ClockReading { state.withLock { $0.held } }
    func hold(_ reading: ClockReading) { state.withLock { $0.held = reading } }

    /// Lets time pass.
    func advance(_ span: Timestamp.Span) {
        state.withLock { state in
            state.reading = ClockReading(
                wall: state.reading.wall + span,
                sinceBoot: .init(milliseconds: state.reading.sinceBoot.milliseconds + span.milliseconds),
                boot: state.reading.boot)
        }
    }

    /// Lets time pass, or come back, until a moment.
    func turn(to moment: Timestamp) { advance(moment - now) }

    /// Sets the wall clock; no time passes.
    func jump(_ span: Timestamp.Span) {
        state.withLock { state in
            state.reading = ClockReading(
                wall: state.reading.wall + span, sinceBoot: state.reading.sinceBoot, boot: state.reading.boot)
        }
    }

    /// Starts the machine anew, with a wall clock that says something else by `span`.
    func reboot(_ span: Timestamp.Span) {
        state.withLock { state in
            state.reading = ClockReading(
                wall: state.reading.wall + span, sinceBoot: .seconds(20),
                boot: state.reading.boot.map { $0 &+ 1 })
            state.held = state.reading
        }
    }

    func random(_ count: Int) -> [UInt8] {
        state.withLock { state in
            var bytes: [UInt8] = []
            while bytes.count < count { bytes += state.generator.next().bigEndianBytes }
            return Array(bytes.prefix(count))
        }
    }
}
