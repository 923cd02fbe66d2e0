import Glibc
import SSPRAgent
import SSPRVocabulary

/// Comparison with the hashes of `/etc/shadow`, by crypt(3) of the system, which knows all methods that stand there.
enum CryptHash {
    /// crypt(3) keeps its result in one place for the whole process.
    private static let turn = Guarded(())

    /// yescrypt with the system's usual cost and a salt that belongs to nobody.
    private static let nobody = Secret(text: "$y$j9T$kIVVSNsBjWVzFLbaMMtLV0$")

    /// True when `password` has the hash `field`.
    ///
    /// A field that no password can match (empty, `*`, `!`) costs as much as any other, so that the time does not tell (decision 0013).
    static func matches(_ password: Secret, _ field: Secret) -> Bool {
        // The first byte is looked at while the bytes are lent.
        let first = unsafe field.withBytes { unsafe $0.first }
        let isUsable = first.map { $0 != UInt8(ascii: "!") && $0 != UInt8(ascii: "*") } ?? false
        guard isUsable else {
            spend(password)
            return false
        }
        return hash(password, setting: field).map { $0 == field } ?? false
    }

    /// Does the work of a comparison for an account that is not there.
    static func spend(_ password: Secret) { _ = hash(password, setting: nobody) }

    /// Nil when crypt cannot hash this; it then answers NULL or text that begins with `*`.
    private static func hash(_ password: Secret, setting: Secret) -> Secret? {
        turn.withLock { _ in
            unsafe withCString(password) { password in
                unsafe withCString(setting) { setting in
                    // Both are NUL-terminated; the result is copied before the next call can overwrite it, and wiped.
                    guard let result = unsafe crypt(password, setting) else { return nil }
                    let text = unsafe UnsafeMutableRawBufferPointer(start: result, count: strlen(result))
                    defer { unsafe explicit_bzero(result, text.count) }
                    guard unsafe text.first != UInt8(ascii: "*") else { return nil }
                    return unsafe Secret(text)
                }
            }
        }
    }

    /// Lends a NUL-terminated copy that is wiped afterwards.
    private static func withCString<R>(_ secret: Secret, _ body: (UnsafePointer<CChar>) -> R) -> R {
        let copy = Secret.assembled(capacity: secret.count + 1) { bytes in
            bytes.append(secret)
            bytes.append(0)
        }
        return unsafe copy.withBytes { bytes in
            // Bytes and C characters have the same layout, and the copy has at least its terminator.
            guard let base = unsafe bytes.bindMemory(to: CChar.self).baseAddress else {
                preconditionFailure("a buffer with a terminator has a base")
            }
            return unsafe body(base)
        }
    }
}
