import CTicks
import SSPRVocabulary

/// Whether the house's comparison takes longer the later two values differ (attack C6): a t-test between two classes of inputs, after
/// dudect (Reparaz, Balasch, Verbauwhede 2017).
///
/// Both classes are the secret with one byte changed: the first or the last. Below 4.5 a difference of the means is not seen. The same
/// test over a comparison that stops early must see it, otherwise it would be blind.
struct EqualityBench {
    let samples: Int

    private static let length = 32
    private static let pool = 4096
    /// The slowest samples, which are interruptions, are left out.
    private static let kept = 0.9

    func run() throws {
        let secret = (0..<Self.length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
        let arrays = test(secret, make: { $0 }, compare: { constantTimeEqual($0, $1) })
        let secrets = test(secret, make: { Secret($0) }, compare: { $0 == $1 })
        let early = test(secret, make: { $0 }, compare: stopsEarly)
        print("{\"arrays_t\":\(arrays.short),\"secrets_t\":\(secrets.short),\"early_t\":\(early.short)}")
    }

    /// Welch's t of the two classes.
    private func test<Value>(
        _ secret: [UInt8], make: ([UInt8]) -> Value, compare: (Value, Value) -> Bool
    ) -> Double {
        var draws = Draws()
        // Drawn beforehand, so that nothing about a class is fresh in a cache when it is measured.
        let inputs = (0..<Self.pool).map { _ in
            let isLast = draws.next() & 1 == 1
            var bytes = secret
            bytes[isLast ? Self.length - 1 : 0] ^= 0x5a
            return (isLast: isLast, value: make(bytes))
        }
        let secret = make(secret)
        var times: [(isLast: Bool, ticks: UInt64)] = []
        times.reserveCapacity(samples)
        var equal = 0
        for _ in 0..<samples {
            // At random, or the processor learns the order.
            let input = inputs[Int(draws.next() % UInt64(Self.pool))]
            let began = bench_ticks()
            let isEqual = compare(secret, input.value)
            let ended = bench_ticks()
            equal += isEqual ? 1 : 0
            times.append((input.isLast, ended - began))
        }
        guard equal == 0 else { return .infinity }
        let limit = times.map(\.ticks).sorted()[Int(Double(samples) * Self.kept)]
        let first = Moments(times.lazy.filter { !$0.isLast && $0.ticks <= limit }.map { Double($0.ticks) })
        let last = Moments(times.lazy.filter { $0.isLast && $0.ticks <= limit }.map { Double($0.ticks) })
        return (last.mean - first.mean) / (first.variance / first.count + last.variance / last.count).squareRoot()
    }

    private struct Moments {
        var count = 0.0
        var mean = 0.0
        private var squares = 0.0

        init(_ values: some Sequence<Double>) {
            for value in values {
                count += 1
                let distance = value - mean
                mean += distance / count
                squares += distance * (value - mean)
            }
        }

        var variance: Double { squares / (count - 1) }
    }
}

/// What must not be used for secrets.
private func stopsEarly(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    for place in left.indices where left[place] != right[place] { return false }
    return true
}
