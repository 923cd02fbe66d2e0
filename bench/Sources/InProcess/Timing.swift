/// Seconds that `body` takes.
func secondsTaken(by body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let took = try clock.measure(body)
    return Double(took.components.seconds) + Double(took.components.attoseconds) * 1e-18
}

extension [Double] {
    /// The middle one.
    var median: Double { isEmpty ? .nan : sorted()[count / 2] }
}

extension Double {
    /// With three digits after the point.
    var short: Double { (self * 1000).rounded() / 1000 }
}

/// The same numbers in every run (xorshift64): what is drawn must not be what differs.
struct Draws {
    private var state: UInt64 = 88_172_645_463_325_252

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
