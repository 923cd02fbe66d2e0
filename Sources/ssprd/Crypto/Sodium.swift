import CSodium

/// libsodium, made ready once.
enum Sodium {
    /// Makes libsodium ready: it looks at the processor and opens the source of randomness.
    ///
    /// Safe from any thread, any number of times.
    ///
    /// It fails only where the system has no source of randomness; nothing could be kept secret there, so the process
    /// ends.
    static let ready: Void = {
        guard sodium_init() >= 0 else { fatalError("libsodium cannot start: the system offers no randomness") }
    }()
}
