public import SSPRVocabulary

/// Tells which policy holds for one account, and why.
public enum ExplainPolicy: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0531, name: "policy.explain",
        access: .roles(.administrator), audit: .nothing(reason: "reading by an administrator changes nothing"),
        cost: .store,
        summary: "Tells of every field what holds for an account, and whether the house or one of its groups decides.")

    /// Which account.
    public typealias Request = AccountRequest

    /// Every field for this account.
    public struct Reply: Codable, Hashable, Sendable {
        /// The version in force.
        public let version: UInt32
        /// Those of the account's groups that have a section in it, in the order of their names.
        public let groups: [GroupName]
        /// Every field, in the order of the page for administrators.
        public let decisions: [PolicyDecision]

        /// Describes a policy for one account.
        public init(version: UInt32, groups: [GroupName], decisions: [PolicyDecision]) {
            self.version = version
            self.groups = groups
            self.decisions = decisions
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case version = 1
            case groups = 2
            case decisions = 3
        }
    }
}
