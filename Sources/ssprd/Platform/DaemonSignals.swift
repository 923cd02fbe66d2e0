import Glibc

/// SIGTERM, SIGINT and SIGHUP as something to wait for, so that no code runs inside a signal handler.
public enum DaemonSignals {
    /// What a signal asks for.
    public enum Wish: Equatable, Sendable {
        /// SIGHUP: read the configuration again.
        case reload
        /// SIGTERM or SIGINT, by its number: end.
        case end(Int32)
    }

    /// Holds all of them back in this thread and in all that it starts: call it first, before there are other threads.
    ///
    /// One that comes before anybody waits is not lost and ends nothing.
    public static func block() throws {
        var signals = set(of: [SIGTERM, SIGINT, SIGHUP])
        // The kernel reads the local set.
        let status = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        guard status == 0 else { throw SystemError("block signals", number: status) }
    }

    /// Waits for one of them; an end comes first, however many ask for a reload.
    public static func wait() throws -> Wish {
        if let end = try pendingEnd() { return .end(end) }
        let signal = try wait(for: [SIGTERM, SIGINT, SIGHUP])
        guard signal == SIGHUP else { return .end(signal) }
        // The kernel hands out the lowest number first, and SIGHUP has it.
        return try pendingEnd().map { .end($0) } ?? .reload
    }

    /// Takes SIGTERM or SIGINT if one of them is there.
    private static func pendingEnd() throws -> Int32? {
        var pending = sigset_t()
        // The kernel fills the local.
        guard unsafe sigpending(&pending) == 0 else { throw SystemError("look for signals") }
        let isThere = unsafe sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1
        return isThere ? try wait(for: [SIGTERM, SIGINT]) : nil
    }

    private static func wait(for signals: [Int32]) throws -> Int32 {
        var signals = set(of: signals)
        var received: Int32 = 0
        // Both locals outlive the call.
        let status = unsafe sigwait(&signals, &received)
        guard status == 0 else { throw SystemError("wait for a signal", number: status) }
        return received
    }

    private static func set(of numbers: [Int32]) -> sigset_t {
        var signals = sigset_t()
        // The set is a local that these calls fill.
        unsafe sigemptyset(&signals)
        for number in numbers { unsafe sigaddset(&signals, number) }
        return signals
    }
}
