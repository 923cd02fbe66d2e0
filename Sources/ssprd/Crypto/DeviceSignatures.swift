import CSodium
public import SSPRDomain
public import SSPRVocabulary
import StrictCBOR

/// Signatures of devices (Ed25519, RFC 8032) and tags under pairing secrets (HMAC-SHA-256), over deterministic CBOR.
///
/// libsodium's detached verification refuses keys of small order, keys and points that are not canonical, and an S that is not
/// reduced, so each message has one signature of one key and no key fits every message (attack B12).
public struct DeviceSignatures: DeviceProofs {
    /// Holds nothing.
    public init() { Sodium.ready }

    /// True when the signature is the key's over exactly this statement.
    public func isSigned(
        _ statement: some Encodable & Sendable, by key: DeviceKey, _ signature: DeviceSignature
    ) -> Bool {
        let message = Self.encoding(of: statement)
        // The arrays outlive the call; the key and the signature have the lengths that their types promise.
        return unsafe crypto_sign_verify_detached(signature.bytes, message, UInt64(message.count), key.bytes) == 0
    }

    /// HMAC-SHA-256 over the statement, under the secret that a pairing text held.
    public func tag(_ statement: some Encodable & Sendable, under secret: PairingSecret) -> PairingProof {
        let message = Self.encoding(of: statement)
        var tag = [UInt8](repeating: 0, count: OpaqueKinds.PairingProof.length)
        // The key of crypto_auth_hmacsha256 has 32 bytes, as every token has; the tag has 32 as well.
        unsafe secret.secret.withBytes { key in
            guard let key = unsafe key.bindMemory(to: UInt8.self).baseAddress else {
                fatalError("a token is not empty")
            }
            _ = unsafe crypto_auth_hmacsha256(&tag, message, UInt64(message.count), key)
        }
        return PairingProof(prefixOf: tag)
    }

    private static func encoding(of statement: some Encodable) -> [UInt8] {
        do {
            return try CBOREncoder().encode(statement)
        } catch {
            // Statements are made of words and numbers only, which always have an encoding.
            fatalError("a statement has no encoding: \(error)")
        }
    }
}
