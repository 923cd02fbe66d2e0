import Crypto
public import SSPRVocabulary

/// SHA-1 of a password's UTF-8, which is what dumps of known passwords hold; nothing rests on it being a good hash.
public struct PasswordDigest: Sendable, Hashable {
    /// The number of bytes.
    public static let length = 20
    /// The first eight bytes, big-endian: filters tell passwords apart by them.
    ///
    /// Beside 10^9 passwords fewer than one in 10^10 others has the key of one of them.
    public let key: UInt64

    /// Hashes a password in the form in which it is verified.
    public init(of password: Secret) {
        // Lends the bytes for the time of the hash.
        self = unsafe password.withBytes { unsafe PasswordDigest(of: $0) }
    }

    /// Hashes the UTF-8 of a password.
    public init(of bytes: UnsafeRawBufferPointer) {
        var hash = Insecure.SHA1()
        unsafe hash.update(bufferPointer: bytes)
        self.init(leading: hash.finalize().prefix(8))
    }

    /// Takes the leading bytes of a digest.
    public init(leading bytes: some Sequence<UInt8>) {
        key = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
