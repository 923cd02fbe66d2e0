import SSPRCrypto
import SSPRDomain
import SSPRVocabulary
import Testing

/// attack B12: keys of small order satisfy the equation of Ed25519 for many messages; none is anybody's signature here.
///
/// Signatures that are right are made by another implementation, in the tests from outside.
@Suite struct DeviceSignatureTests {
    /// All eight points of small order, in their canonical encodings.
    private static let smallOrder = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ].map(bytes)

    private static func bytes(_ text: String) -> [UInt8] {
        stride(from: 0, to: text.utf8.count, by: 2).compactMap { UInt8(text.dropFirst($0).prefix(2), radix: 16) }
    }

    @Test func attack_B12_keysOfSmallOrderSignNothing() throws {
        let proofs = DeviceSignatures()
        for key in try Self.smallOrder.map({ try DeviceKey($0) }) {
            for point in Self.smallOrder {
                // With S = 0 one of these R satisfies S B = R + h A for every message.
                let signature = try DeviceSignature(point + [UInt8](repeating: 0, count: 32))
                for number in UInt64(0)..<8 {
                    let statement = PairingStatement(
                        .pairing, instance: .wireSample, enrolment: EnrolmentID(random: number), key: key)
                    #expect(!proofs.isSigned(statement, by: key, signature))
                }
            }
        }
    }

    @Test func theTagDependsOnSecretAndStatement() throws {
        let proofs = DeviceSignatures()
        func tag(_ secret: UInt8, _ use: StatementUse) throws -> PairingProof {
            let statement = PairingStatement(
                use, instance: .wireSample, enrolment: EnrolmentID(random: 1), key: .wireSample)
            return proofs.tag(statement, under: try PairingSecret(Secret([UInt8](repeating: secret, count: 32))))
        }
        #expect(try tag(1, .pairing) == tag(1, .pairing))
        #expect(try tag(1, .pairing) != tag(2, .pairing))
        #expect(try tag(1, .pairing) != tag(1, .pairingCode))
    }
}
