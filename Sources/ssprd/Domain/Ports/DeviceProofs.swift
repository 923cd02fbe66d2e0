public import SSPRVocabulary

/// What devices prove themselves with; statements are signed and tagged in their deterministic encoding.
public protocol DeviceProofs: Sendable {
    /// True when the signature is the key's over exactly this statement (Ed25519, RFC 8032); never for a key of small order (attack B12).
    func isSigned(_ statement: some Encodable & Sendable, by key: DeviceKey, _ signature: DeviceSignature) -> Bool
    /// HMAC-SHA-256 over the statement, under the secret that a pairing text held.
    func tag(_ statement: some Encodable & Sendable, under secret: PairingSecret) -> PairingProof
}
