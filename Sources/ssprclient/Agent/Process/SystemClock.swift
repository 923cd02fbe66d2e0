import Glibc
public import SSPRVocabulary

extension Timestamp {
    /// The clock of this machine.
    public static var now: Timestamp {
        var time = timespec()
        // The pointer lives for the call only; CLOCK_REALTIME cannot fail.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
