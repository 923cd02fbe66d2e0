import CSodium
public import SSPRDomain
public import SSPRVocabulary

/// Seals what must be read again: XChaCha20-Poly1305 under a random nonce, bound to its row and its key (attack G6).
///
/// A sealed value is nonce (24 bytes), ciphertext, tag (16 bytes): 40 bytes longer than its content.
public struct RowSealer: Sealer {
    /// How many bytes longer a sealed value is than its content.
    public static let overhead = nonceLength + tagLength

    private static let nonceLength = Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
    private static let tagLength = Int(crypto_aead_xchacha20poly1305_ietf_ABYTES)

    private let keys: [UInt32: GuardedBytes]
    private let newest: UInt32

    /// Seals under the ring's newest sealing key and opens under any of its sealing keys.
    public init(keys ring: KeyRing) {
        keys = ring.sealing.mapValues { $0.subkey(.sealing, 1) }
        newest = ring.newestSealingKey
    }

    /// Seals under the newest key.
    ///
    /// The output is `plaintext.count` plus 40 bytes.
    public func seal(_ plaintext: Secret, for row: RowIdentity) throws -> Sealed {
        guard let key = keys[newest] else { throw SealBroken() }
        let nonce = SystemRandom.random(Self.nonceLength)
        let identity = Self.associatedData(row, key: newest)
        // Unsafe: libsodium writes ciphertext and tag into room of exactly that size; all pointers live through the
        // call.
        let sealed = unsafe [UInt8](unsafeUninitializedCapacity: plaintext.count + Self.tagLength) { output, filled in
            unsafe plaintext.withBytes { content in
                unsafe key.withBytes { key in
                    guard let room = output.baseAddress, let key = unsafe key.bindMemory(to: UInt8.self).baseAddress,
                        unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
                            room, nil, content.bindMemory(to: UInt8.self).baseAddress, UInt64(content.count), identity,
                            UInt64(identity.count), nil, nonce, key) == 0
                    else { fatalError("sealing fails only beyond 256 GiB") }
                }
            }
            filled = plaintext.count + Self.tagLength
        }
        return Sealed(key: newest, bytes: nonce + sealed)
    }

    /// Opens; throws `SealBroken` for another row, another or unknown key, and for altered bytes.
    public func open(_ sealed: Sealed, for row: RowIdentity) throws -> Secret {
        guard let key = keys[sealed.key], sealed.bytes.count >= Self.overhead else { throw SealBroken() }
        let identity = Self.associatedData(row, key: sealed.key)
        let length = sealed.bytes.count - Self.overhead
        // Unsafe: the bytes are cut at 24, which the guard above allows; the plaintext's room is wiped before it is
        // given back.
        return try unsafe sealed.bytes.withUnsafeBytes { bytes in
            let nonce = unsafe bytes[..<Self.nonceLength]
            let body = unsafe bytes[Self.nonceLength...]
            return try unsafe withUnsafeTemporaryAllocation(byteCount: max(1, length), alignment: 1) { room in
                defer { unsafe sodium_memzero(room.baseAddress, room.count) }
                let isOpen = unsafe key.withBytes { key in
                    guard let output = unsafe room.bindMemory(to: UInt8.self).baseAddress,
                        let input = unsafe UnsafeRawBufferPointer(rebasing: body).bindMemory(to: UInt8.self)
                            .baseAddress,
                        let nonce = unsafe UnsafeRawBufferPointer(rebasing: nonce).bindMemory(to: UInt8.self)
                            .baseAddress,
                        let key = unsafe key.bindMemory(to: UInt8.self).baseAddress
                    else { return false }
                    return unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                        output, nil, nil, input, UInt64(body.count), identity, UInt64(identity.count), nonce, key) == 0
                }
                guard isOpen else { throw SealBroken() }
                return unsafe Secret(UnsafeRawBufferPointer(rebasing: room[..<length]))
            }
        }
    }

    /// What a sealed value is bound to: a label, then table (1 byte), row (8), account (8), key number (4), big-endian.
    private static func associatedData(_ row: RowIdentity, key: UInt32) -> [UInt8] {
        Array("ssprd row 1".utf8) + [row.table.rawValue] + bigEndianBytes(row.row) + bigEndianBytes(row.account)
            + bigEndianBytes(key)
    }
}

/// The bytes of a number, the most significant first.
func bigEndianBytes(_ number: some FixedWidthInteger) -> [UInt8] {
    unsafe withUnsafeBytes(of: number.bigEndian) { unsafe Array($0) }
}
