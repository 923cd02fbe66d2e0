import CSodium

/// Long-lived key bytes in libsodium's guarded memory: locked, left out of core images, read-only, wiped when the last
/// reference goes.
@safe
final class GuardedBytes: @unchecked Sendable {
    // Read-only after `init`, so sharing between threads is safe; the class exists for its deinit.
    private let memory: UnsafeMutableRawBufferPointer

    /// The number of bytes.
    var count: Int { unsafe memory.count }

    /// Takes `count` bytes, which `fill` must write.
    init<E: Error>(count: Int, fill: (UnsafeMutableRawBufferPointer) throws(E) -> Void) throws(E) {
        Sodium.ready
        guard let base = unsafe sodium_malloc(count) else { fatalError("no memory for a key of \(count) bytes") }
        unsafe memory = UnsafeMutableRawBufferPointer(start: base, count: count)
        try unsafe fill(memory)
        // A second line of defence: where the system refuses, the bytes are merely writable.
        unsafe sodium_mprotect_readonly(base)
    }

    /// Draws `count` random bytes.
    convenience init(random count: Int) {
        unsafe self.init(count: count) { buffer in
            if let base = buffer.baseAddress { unsafe randombytes_buf(base, buffer.count) }
        }
    }

    /// Copies bytes out of a larger secret.
    convenience init(copying bytes: UnsafeRawBufferPointer) {
        unsafe self.init(count: bytes.count) { unsafe $0.copyMemory(from: bytes) }
    }

    deinit {
        unsafe sodium_free(memory.baseAddress)
    }

    /// Lends the bytes for the time of `body`; they must not be kept.
    func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try unsafe body(UnsafeRawBufferPointer(memory))
    }
}
