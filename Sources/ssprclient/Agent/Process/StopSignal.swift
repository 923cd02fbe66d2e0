import Glibc
import SSPRVocabulary

/// Ends the process on SIGTERM, SIGINT or, unless nohup is about, SIGHUP: at once when idle, after the work at hand otherwise.
public final class StopSignal: Sendable {
    private struct State {
        var atWork = 0
        var isAsked = false
    }

    private let state = Guarded(State())

    /// Holds the signals back; to be made before any other thread begins, since threads inherit what is held back.
    public init() {
        var signals = Self.signals
        // The pointers live for the call only.
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for the signals and never returns: the main thread's last call.
    public func listen() -> Never {
        while true {
            var signals = Self.signals
            var number: Int32 = 0
            // The pointers live for the call only.
            guard unsafe sigwait(&signals, &number) == 0 else { continue }
            state.withLock { state in
                // Under the lock, so that no work begins between the look and the end.
                if state.atWork == 0 { _exit(0) }
                state.isAsked = true
            }
        }
    }

    /// Does work that a stop must not interrupt; ends the process afterwards when a stop was asked for meanwhile.
    public func finishing(_ work: () -> Void) {
        state.withLock { $0.atWork += 1 }
        work()
        state.withLock { state in
            state.atWork -= 1
            if state.isAsked, state.atWork == 0 { _exit(0) }
        }
    }

    private static var signals: sigset_t {
        var signals = sigset_t()
        // The pointers live for the calls only.
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGTERM)
        unsafe sigaddset(&signals, SIGINT)
        var action = sigaction()
        unsafe sigaction(SIGHUP, nil, &action)
        // Waiting for what is ignored would hear it all the same. Functions compare as the addresses that they are in C.
        let isIgnored =
            unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
        if !isIgnored { unsafe sigaddset(&signals, SIGHUP) }
        return signals
    }
}
