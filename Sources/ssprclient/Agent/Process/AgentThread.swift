import Dispatch

/// Threads for loops that block and never end.
enum AgentThread {
    /// Runs a loop on a thread of its own.
    static func start(_ loop: @escaping @Sendable () -> Never) {
        // A queue of its own: a blocked loop holds one worker of the dispatch library and nothing else is queued behind it.
        DispatchQueue(label: "agent").async { loop() }
    }
}
