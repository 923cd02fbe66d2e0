import CSodium
import SSPRVocabulary
import StrictCBOR

/// A device's key pair: Ed25519 (RFC 8032) from a seed of 32 bytes.
struct DeviceKeys {
    /// Known to the daemon.
    let key: DeviceKey
    /// Leaves the process only sealed.
    let seed: Secret
    private let signing: Secret

    static let seedLength = 32

    /// Makes the pair of a seed; a fresh one without.
    init(seed: Secret? = nil) {
        Sodium.ready
        let seed = seed ?? Secret(Sodium.random(Self.seedLength))
        var key = [UInt8](repeating: 0, count: OpaqueKinds.DeviceKey.length)
        var signing = [UInt8](repeating: 0, count: 64)
        // libsodium writes 32 and 64 bytes and reads 32, which is what the arrays and the seed have.
        _ = unsafe seed.lend { bytes in
            unsafe crypto_sign_seed_keypair(&key, &signing, bytes)
        }
        self.seed = seed
        self.key = DeviceKey(prefixOf: key)
        self.signing = Secret(signing)
        Sodium.wipe(&signing)
    }

    /// Signs a statement in its deterministic encoding.
    func sign(_ statement: some Encodable) throws -> DeviceSignature {
        let message = try CBOREncoder().encode(statement)
        var signature = [UInt8](repeating: 0, count: OpaqueKinds.DeviceSignature.length)
        // The signature has 64 bytes and the signing key too; the message is read for the call only.
        _ = unsafe signing.lend { key in
            unsafe crypto_sign_detached(
                &signature, nil, message, UInt64(message.count), key)
        }
        return DeviceSignature(prefixOf: signature)
    }

    /// HMAC-SHA-256 over a statement under the secret of a pairing text.
    static func tag(_ statement: some Encodable, under secret: PairingSecret) throws -> PairingProof {
        let message = try CBOREncoder().encode(statement)
        var tag = [UInt8](repeating: 0, count: OpaqueKinds.PairingProof.length)
        // The key of crypto_auth_hmacsha256 has 32 bytes, as every token has.
        _ = unsafe secret.secret.lend { key in
            unsafe crypto_auth_hmacsha256(
                &tag, message, UInt64(message.count), key)
        }
        return PairingProof(prefixOf: tag)
    }

    /// The 8 digits that a device shows once it is paired.
    static func code(_ statement: PairingStatement, under secret: PairingSecret) throws -> String {
        let number = try tag(statement, under: secret).bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return OneTimeCode(number: number % 100_000_000, digits: 8).secret.revealText() ?? ""
    }
}
