public import SSPRVocabulary

/// Says what the daemon speaks and what the peer may do.
public enum Hello: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0001, name: "service.hello",
        access: .everyone(reason: "it tells nothing about any account"),
        audit: .nothing(reason: "nothing is read or changed"),
        cost: .memory, summary: "Says what the daemon speaks and which roles the peer has.")

    /// Nothing to say.
    public typealias Request = Empty

    /// What the daemon speaks.
    public struct Reply: Codable, Hashable, Sendable {
        /// The product's version.
        public let version: String
        /// The call numbers that this peer may use, ascending.
        public let methods: [UInt16]
        /// The roles that this peer has.
        public let roles: [PeerRole]
        /// Where people find their help desk, at most 200 characters in the site's own words; nil when it has not said.
        public let helpDesk: String?

        /// Describes the daemon to a peer.
        public init(version: String, methods: [UInt16], roles: [PeerRole], helpDesk: String? = nil) {
            self.version = version
            self.methods = methods
            self.roles = roles
            self.helpDesk = helpDesk
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case version = 1
            case methods = 2
            case roles = 3
            case helpDesk = 4
        }
    }
}

/// Answers at once.
public enum Ping: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0002, name: "service.ping",
        access: .everyone(reason: "it tells nothing but that the daemon lives"),
        audit: .nothing(reason: "nothing is read or changed"),
        cost: .memory, summary: "Answers at once.")

    /// Nothing to say.
    public typealias Request = Empty
    /// Nothing to say.
    public typealias Reply = Empty
}
