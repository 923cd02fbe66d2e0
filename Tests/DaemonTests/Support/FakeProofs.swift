import SSPRDomain
import SSPRVocabulary
import StrictCBOR

/// Signatures that anybody could make: a digest of the public key and the statement.
///
/// The real ones are tested beside their implementation.
struct FakeProofs: DeviceProofs {
    func isSigned(_ statement: some Encodable & Sendable, by key: DeviceKey, _ signature: DeviceSignature) -> Bool {
        Self.signature(statement, key) == signature
    }

    func tag(_ statement: some Encodable & Sendable, under secret: PairingSecret) -> PairingProof {
        PairingProof(prefixOf: FakeDigest.of(secret.secret, Self.bytes(statement)))
    }

    static func signature(_ statement: some Encodable, _ key: DeviceKey) -> DeviceSignature {
        let digest = FakeDigest.of([key.bytes, bytes(statement)])
        return DeviceSignature(prefixOf: digest + digest)
    }

    private static func bytes(_ statement: some Encodable) -> [UInt8] {
        do { return try CBOREncoder().encode(statement) } catch { preconditionFailure("\(error)") }
    }
}
