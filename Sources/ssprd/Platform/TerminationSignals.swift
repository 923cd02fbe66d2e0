import Glibc

/// SIGTERM and SIGINT as something to wait for, so that no code runs inside a signal handler.
public enum TerminationSignals {
    /// Holds both back in this thread and in all that it starts: call it first, before there are other threads.
    public static func block() throws {
        var signals = set()
        // The kernel reads the local set.
        let status = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        guard status == 0 else { throw SystemError("block signals", number: status) }
    }

    /// Waits for one of the two and returns its number.
    public static func wait() throws -> Int32 {
        var signals = set()
        var received: Int32 = 0
        // Both locals outlive the call.
        let status = unsafe sigwait(&signals, &received)
        guard status == 0 else { throw SystemError("wait for a signal", number: status) }
        return received
    }

    private static func set() -> sigset_t {
        var signals = sigset_t()
        // The set is a local that these calls fill.
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGTERM)
        unsafe sigaddset(&signals, SIGINT)
        return signals
    }
}
