import CSodium
import SSPRVocabulary

/// The secrets outside the database without which no password and no answer can be tried (feature F2).
struct Peppers: Sendable {
    private let keys: [UInt32: GuardedBytes]

    /// The pepper of new verifiers.
    let newest: UInt32

    init(keys ring: KeyRing) {
        keys = ring.peppers.mapValues { $0.subkey(.pepper, 1) }
        newest = ring.newestPepper
    }

    /// Lends what the slow hash gets in place of the secret: keyed BLAKE2b-512 over a label, the secret's length and
    /// the secret.
    ///
    /// Always 64 bytes, and all of the secret counts, whatever its length (attack E10). The buffer is wiped.
    func withInput<R>(
        for secret: Secret, pepper: UInt32, _ body: (UnsafeRawBufferPointer) throws(HashingError) -> R
    ) throws(HashingError) -> R {
        guard let key = keys[pepper] else { throw .unknownPepper(pepper) }
        let hash = Blake2b(length: Self.inputLength, key: key)
        hash.addField(Self.label)
        unsafe secret.withBytes { unsafe hash.addField($0) }
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.inputLength, alignment: 16)
        defer {
            unsafe sodium_memzero(input.baseAddress, input.count)
            unsafe input.deallocate()
        }
        unsafe hash.finish(into: input)
        return try unsafe body(UnsafeRawBufferPointer(input))
    }

    private static let inputLength = 64
    private static let label = Array("ssprd secret 1".utf8)
}
