import Glibc

/// Measures by the monotonic clock. (The standard library's own clock would bring in the concurrency runtime.)
public struct Stopwatch {
    private let start = Self.now()

    /// Starts.
    public init() {}

    /// The time since it was made.
    public var elapsed: Duration { .nanoseconds(Self.now() - start) }

    private static func now() -> Int64 {
        var time = timespec()
        // Cannot fail for this clock; the pointer is used within the call only.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
