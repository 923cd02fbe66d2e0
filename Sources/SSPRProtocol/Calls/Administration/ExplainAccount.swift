public import SSPRVocabulary

/// Tells why an account can recover or cannot.
public enum ExplainAccount: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x051b, name: "accounts.explain",
        access: .roles(.administrator), audit: .nothing(reason: "reading by an administrator changes nothing"),
        cost: .store, summary: "Tells rule by rule whether an account can recover now.")

    /// Which account.
    public typealias Request = AccountRequest

    /// The rules and what they found.
    public struct Reply: Codable, Hashable, Sendable {
        /// The rules that it does not keep; none when it can recover.
        public let unmet: [EligibilityRule]
        /// How many more methods of other classes it needs.
        public let missing: UInt32
        /// Until when wrong proofs block it.
        public let blockedUntil: Timestamp?
        /// Up to 64 of its groups, in the order of their names.
        public let groups: [GroupName]
        /// Until when it can recover by the version of the policy before; nil where the one in force counts.
        public let graceUntil: Timestamp?

        /// Describes what was found.
        public init(
            unmet: [EligibilityRule], missing: UInt32, blockedUntil: Timestamp? = nil, groups: [GroupName],
            graceUntil: Timestamp? = nil
        ) {
            self.unmet = unmet
            self.missing = missing
            self.blockedUntil = blockedUntil
            self.groups = groups
            self.graceUntil = graceUntil
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case unmet = 1
            case missing = 2
            case blockedUntil = 3
            case groups = 4
            case graceUntil = 5
        }
    }
}
