import CSodium

/// What a subkey is for.
///
/// libsodium calls this the context: eight bytes that keep the families of subkeys apart.
enum SubkeyFamily: String {
    case sealing = "ssprSeal"
    case pepper = "ssprPepr"
    case tag = "ssprTags"
    case decoy = "ssprDcoy"
}

extension GuardedBytes {
    /// The number of bytes of every key.
    static let keyLength = 32

    /// Derives the key `number` of one family from this master key, by BLAKE2b (libsodium's `crypto_kdf`).
    ///
    /// No subkey tells anything about another or about the master.
    func subkey(_ family: SubkeyFamily, _ number: UInt64) -> GuardedBytes {
        precondition(count == Self.keyLength, "only master keys have subkeys")
        let context = family.rawValue.utf8.map(CChar.init(bitPattern:))
        // Unsafe: pointers into the master, the context and the new key, all alive during the call and of the lengths
        // it expects.
        return unsafe GuardedBytes(count: Self.keyLength) { key in
            unsafe withBytes { master in
                guard let output = unsafe key.bindMemory(to: UInt8.self).baseAddress,
                    let input = unsafe master.bindMemory(to: UInt8.self).baseAddress,
                    unsafe crypto_kdf_derive_from_key(output, Self.keyLength, number, context, input) == 0
                else { fatalError("a subkey of \(Self.keyLength) bytes must be derivable") }
            }
        }
    }
}
