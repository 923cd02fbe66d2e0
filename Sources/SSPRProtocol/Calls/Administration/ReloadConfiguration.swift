public import SSPRVocabulary

/// Has the daemon read its configuration file again.
public enum ReloadConfiguration: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x053C, name: "configuration.reload",
        access: .roles(.administrator), audit: .events([.configurationReloaded, .configurationChanged]),
        cost: .store,
        summary:
            "Has the daemon read its configuration file again, as SIGHUP does: whole, or not at all. Peers whose roles change are disconnected before the answer; the caller with it."
    )

    /// Nothing to say.
    public typealias Request = Empty

    /// It is in force.
    public struct Reply: Codable, Hashable, Sendable {
        /// What has changed; long values are cut.
        public let changes: [PolicyChange]

        /// Describes what has changed.
        public init(changes: [PolicyChange]) { self.changes = changes }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case changes = 1
        }
    }
}
