import SSPRVocabulary

/// Has a version of the policy that comes into force later never do so.
public enum CancelPolicy: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0532, name: "policy.cancel",
        access: .roles(.administrator), audit: .events([.policyCancelled]), cost: .store,
        summary: "Cancels the last of the versions that come into force later.")

    /// Which version.
    public struct Request: Codable, Hashable, Sendable {
        /// Its number.
        public let version: UInt32

        /// Asks to cancel a version.
        public init(version: UInt32) { self.version = version }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case version = 1
        }
    }

    /// It is cancelled.
    public typealias Reply = Empty
}
