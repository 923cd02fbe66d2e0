import CSodium
import SSPRVocabulary

/// libsodium, made ready once.
enum Sodium {
    /// Makes libsodium ready; without a source of randomness nothing can be kept secret, so the process ends.
    static let ready: Void = {
        guard sodium_init() >= 0 else { fatalError("libsodium cannot start: the system offers no randomness") }
    }()

    /// Overwrites bytes in a way that no optimiser drops.
    static func wipe(_ bytes: inout [UInt8]) {
        // The array has the room that is announced.
        unsafe sodium_memzero(&bytes, bytes.count)
    }

    /// `count` unpredictable bytes.
    static func random(_ count: Int) -> [UInt8] {
        ready
        var bytes = [UInt8](repeating: 0, count: count)
        // The array has the room that is announced.
        unsafe randombytes_buf(&bytes, bytes.count)
        return bytes
    }
}

extension Secret {
    /// Lends the bytes to a function of libsodium; the secret is not empty.
    func lend<R>(_ body: (UnsafePointer<UInt8>) -> R) -> R {
        unsafe withBytes { bytes in
            guard let start = unsafe bytes.bindMemory(to: UInt8.self).baseAddress else {
                preconditionFailure("a key or a passphrase is not empty")
            }
            return unsafe body(start)
        }
    }
}
