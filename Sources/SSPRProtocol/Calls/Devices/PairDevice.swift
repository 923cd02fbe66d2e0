public import SSPRVocabulary

/// Makes a device the method that a registration has begun.
public enum PairDevice: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0401, name: "devices.pair",
        access: .roles(.helper, .person), audit: .events([.devicePaired]),
        cost: .store,
        summary: "Pairs a device with its key; the code that the device then shows is confirmed at the terminal.")

    /// The device's key, with two proofs.
    public struct Request: Codable, Sendable {
        /// The method under way, from the pairing text.
        public let enrolment: EnrolmentID
        /// The device's public key.
        public let key: DeviceKey
        /// Over the pairing statement, under the pairing secret: whoever carries the call cannot put another key in its place.
        public let proof: PairingProof
        /// Over the pairing statement, by the key.
        public let signature: DeviceSignature
        /// Where a push service wakes the device; without it, it only waits by itself.
        public let wakeAddress: WakeAddress?

        /// Asks to be paired.
        public init(
            enrolment: EnrolmentID, key: DeviceKey, proof: PairingProof, signature: DeviceSignature,
            wakeAddress: WakeAddress? = nil
        ) {
            self.enrolment = enrolment
            self.key = key
            self.proof = proof
            self.signature = signature
            self.wakeAddress = wakeAddress
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case enrolment = 1
            case key = 2
            case proof = 3
            case signature = 4
            case wakeAddress = 5
        }
    }

    /// It is paired; the terminal waits for the code.
    public typealias Reply = Empty
}
