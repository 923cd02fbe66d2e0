import CSodium
import SSPRVocabulary
import StrictCBOR

/// A seed under a passphrase: Argon2id makes the key, XChaCha20-Poly1305 seals, bound to the device's identity.
struct SealedSeed: Codable {
    let salt: OpaqueBytes<Salt>
    let nonce: OpaqueBytes<Nonce>
    let sealed: OpaqueBytes<Sealed>

    enum CodingKeys: Int, CodingKey {
        case salt = 1
        case nonce = 2
        case sealed = 3
    }

    enum Salt: OpaqueKind {
        static var length: Int { 16 }
        static var name: String { "salt" }
    }
    enum Nonce: OpaqueKind {
        static var length: Int { 24 }
        static var name: String { "nonce" }
    }
    enum Sealed: OpaqueKind {
        static var length: Int { DeviceKeys.seedLength + 16 }
        static var name: String { "sealed seed" }
    }

    /// RFC 9106 section 4, second recommendation but for the lanes, of which libsodium has one: 3 passes over 64 MiB.
    private static let passes: UInt64 = 3
    private static let memory = 64 << 20

    /// Seals a seed.
    init(_ seed: Secret, of identity: DeviceIdentity, under passphrase: Secret) throws {
        salt = OpaqueBytes(prefixOf: Sodium.random(Salt.length))
        nonce = OpaqueBytes(prefixOf: Sodium.random(Nonce.length))
        let key = try Self.key(passphrase, salt.bytes)
        let context = try CBOREncoder().encode(identity)
        var sealed = [UInt8](repeating: 0, count: Sealed.length)
        let nonce = nonce.bytes
        // Lengths: 32 bytes of seed and key, 24 of nonce, and 16 more than the seed for what is written.
        _ = unsafe seed.lend { seed in
            unsafe key.lend { key in
                unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
                    &sealed, nil, seed, UInt64(DeviceKeys.seedLength), context,
                    UInt64(context.count), nil, nonce, key)
            }
        }
        self.sealed = OpaqueBytes(prefixOf: sealed)
    }

    /// Opens it; nil for another passphrase or an altered file.
    func open(_ identity: DeviceIdentity, under passphrase: Secret) throws -> Secret? {
        let key = try Self.key(passphrase, salt.bytes)
        let context = try CBOREncoder().encode(identity)
        var seed = [UInt8](repeating: 0, count: DeviceKeys.seedLength)
        defer { Sodium.wipe(&seed) }
        // Lengths as above, the other way round.
        let result = unsafe key.lend { key in
            unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                &seed, nil, nil, sealed.bytes, UInt64(sealed.bytes.count), context, UInt64(context.count),
                nonce.bytes, key)
        }
        return result == 0 ? Secret(seed) : nil
    }

    private static func key(_ passphrase: Secret, _ salt: [UInt8]) throws -> Secret {
        Sodium.ready
        var key = [UInt8](repeating: 0, count: 32)
        defer { Sodium.wipe(&key) }
        // The passphrase is lent for the call only; the salt has crypto_pwhash_SALTBYTES bytes.
        let length = UInt64(passphrase.count)
        let result = unsafe passphrase.lend { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self, capacity: passphrase.count) { bytes in
                unsafe crypto_pwhash(
                    &key, UInt64(key.count), bytes, length, salt, passes, memory, crypto_pwhash_ALG_ARGON2ID13)
            }
        }
        guard result == 0 else {
            throw DeviceError(.software, "64 MiB of memory are not to be had", next: "end other programs")
        }
        return Secret(key)
    }
}
