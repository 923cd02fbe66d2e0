public import SSPRVocabulary

/// Explains what the rules say of a password, before it is chosen.
public enum CheckPassword: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0104, name: "signin.checkPassword",
        access: .roles(.helper, .administrator, orOwn: \.account),
        audit: .nothing(reason: "the answer depends on the request and the rules alone; nothing of an account is read"),
        cost: .store,
        summary: "Says what the rules say of a candidate, which is compared with no account's password.")

    /// For whom and what.
    public struct Request: Codable, Sendable {
        /// The account, whose name must not be part of it.
        public let account: AccountName
        /// The candidate's UTF-8.
        public let password: Secret

        /// Asks about a candidate.
        public init(account: AccountName, password: Secret) {
            self.account = account
            self.password = password
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case account = 1
            case password = 2
        }
    }

    /// What the rules say.
    public struct Reply: Codable, Hashable, Sendable {
        /// The rule that it breaks; none when it is acceptable.
        public let rule: PasswordRule?
        /// A point for each banned word and each other character; none where it was not looked into.
        public let points: UInt32?
        /// The points that are needed.
        public let pointsNeeded: UInt32
        /// The banned words in it, in their order.
        public let found: [BannedTerm]
        /// The fewest characters that are accepted.
        public let minimumLength: UInt32

        /// Describes a candidate.
        public init(
            rule: PasswordRule?, points: UInt32?, pointsNeeded: UInt32, found: [BannedTerm], minimumLength: UInt32
        ) {
            self.rule = rule
            self.points = points
            self.pointsNeeded = pointsNeeded
            self.found = found
            self.minimumLength = minimumLength
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case rule = 1
            case points = 2
            case pointsNeeded = 3
            case found = 4
            case minimumLength = 5
        }
    }
}
