public import SSPRVocabulary

/// Checks a password, as PAM does at a login.
public enum Authenticate: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0101, name: "signin.authenticate",
        access: .roles(.helper), audit: .events([.signInAnswered, .signInLocked]),
        cost: .hashing, summary: "Checks a password. An unknown account and a wrong password are told alike.")

    /// Whose password and which.
    public struct Request: Codable, Sendable {
        /// The account.
        public let account: AccountName
        /// The password's UTF-8.
        public let password: Secret

        /// Asks for a check.
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

    /// The password is right.
    public typealias Reply = Empty
}

/// Says after a login whether anything is asked of the person, as PAM's account step does.
public enum CheckAccount: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0102, name: "signin.account",
        access: .roles(.helper),
        audit: .nothing(reason: "nothing is decided: it only reminds, and counts how often it has been put off"),
        cost: .store,
        summary:
            "Says whether the account should register methods or look at its contacts. Unknown accounts need nothing."
    )

    /// Which account.
    public struct Request: Codable, Hashable, Sendable {
        /// The account.
        public let account: AccountName

        /// Asks about an account.
        public init(account: AccountName) { self.account = account }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case account = 1
        }
    }

    /// What is asked of the person.
    public struct Reply: Codable, Hashable, Sendable {
        /// How many more methods of other classes are needed to recover; 0 when registered.
        public let missing: UInt32

        /// True when the contacts must be looked at again; nil when not.
        public let isReviewDue: Bool?
        /// How often this may still be put off, now included; nil when nothing is asked.
        public let postponements: UInt32?

        /// Says what is asked.
        public init(missing: UInt32, isReviewDue: Bool? = nil, postponements: UInt32? = nil) {
            self.missing = missing
            self.isReviewDue = isReviewDue
            self.postponements = postponements
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case missing = 1
            case isReviewDue = 2
            case postponements = 3
        }
    }
}

/// Sets a new password for someone who knows the old one.
public enum ChangePassword: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0103, name: "signin.change",
        access: .roles(.helper, orOwn: \.account),
        audit: .events([
            .passwordChanged, .recoveryCancelled, .signInAnswered, .signInLocked, .writebackOrdered, .writebackSettled,
        ]),
        cost: .hashing, requestLimit: 4096,
        summary: "Sets a new password for someone who knows the old one.")

    /// Whose password, the old one and the new one.
    public struct Request: Codable, Sendable {
        /// The account.
        public let account: AccountName
        /// The current password's UTF-8.
        public let current: Secret
        /// The new password's UTF-8.
        public let new: Secret

        /// Asks for a change.
        public init(account: AccountName, current: Secret, new: Secret) {
            self.account = account
            self.current = current
            self.new = new
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case account = 1
            case current = 2
            case new = 3
        }
    }

    /// The new password is in force.
    public typealias Reply = Empty
}
