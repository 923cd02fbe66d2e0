import Glibc

/// A moment of the monotonic clock by which something must be done; sleeping machines and changed clocks do not move it.
struct Deadline {
    private let end: Int64

    /// The moment `span` from now; a negative span counts as none, one beyond a century as a century.
    init(in span: Duration) {
        let parts = span.components
        let seconds = min(max(parts.seconds, 0), 3_153_600_000)
        let milliseconds = seconds * 1000 + max(parts.attoseconds, 0) / 1_000_000_000_000_000
        end = Self.now() + milliseconds
    }

    /// Milliseconds until then, as `poll` takes them: never negative, 0 when it has passed.
    var remaining: Int32 { Int32(clamping: max(end - Self.now(), 0)) }

    private static func now() -> Int64 {
        var time = timespec()
        // Cannot fail for this clock; the pointer is used within the call only.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
