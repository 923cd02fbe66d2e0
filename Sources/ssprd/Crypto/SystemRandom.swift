import CSodium

/// Unpredictable bytes from the operating system.
public enum SystemRandom {
    /// `count` bytes of the system's generator, `getrandom(2)` on Linux.
    public static func random(_ count: Int) -> [UInt8] {
        Sodium.ready
        // Unsafe: hands out an uninitialised buffer; randombytes_buf fills all of it.
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            if let base = buffer.baseAddress { unsafe randombytes_buf(base, count) }
            filled = count
        }
    }
}
