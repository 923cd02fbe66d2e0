public import SSPRVocabulary

/// Tells why an account can recover or cannot.
public enum ExplainAccount: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x051b, name: "accounts.explain",
        access: .roles(.administrator), audit: .nothing(reason: "reading by an administrator changes nothing"),
        cost: .store, requestLimit: PolicySource.maximumLength + 512,
        summary:
            "Tells rule by rule whether an account can recover: now, at a moment that is past, or later if nothing but time changes until then; under the policy in force then, or a document that is not in force."
    )

    /// Which account, when, and under what.
    public struct Request: Codable, Hashable, Sendable {
        /// The account.
        public let account: AccountName
        /// A moment up to a year ahead, or back to where what was so is known; now without it.
        public let at: Timestamp?
        /// A policy document in the place of what is in force, YAML or JSON.
        public let document: PolicySource?

        /// Asks about an account.
        public init(account: AccountName, at: Timestamp? = nil, document: PolicySource? = nil) {
            self.account = account
            self.at = at
            self.document = document
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case account = 1
            case at = 2
            case document = 3
        }
    }

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
