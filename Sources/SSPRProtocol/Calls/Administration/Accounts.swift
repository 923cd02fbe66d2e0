public import SSPRVocabulary

/// Brings an account in.
public enum AddAccount: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0501, name: "accounts.add",
        access: .roles(.administrator), audit: .events([.accountAdded]),
        cost: .hashing,
        summary: "Brings an account in, with a first password or with a target where its password lives.")

    /// The account.
    public struct Request: Codable, Sendable {
        /// Its name.
        public let account: AccountName
        /// The uid whose owner may act for it.
        public let uid: UInt32?
        /// Whose password it is; a user's when absent.
        public let role: AccountRole?
        /// The first password's UTF-8; exactly one of password and target.
        public let password: Secret?
        /// Where the password lives, when not in the daemon.
        public let target: TargetName?
        /// The language that its owner reads.
        public let language: LanguageTag?

        /// Asks to add an account.
        public init(
            account: AccountName, uid: UInt32? = nil, role: AccountRole? = nil, password: Secret? = nil,
            target: TargetName? = nil, language: LanguageTag? = nil
        ) {
            self.account = account
            self.uid = uid
            self.role = role
            self.password = password
            self.target = target
            self.language = language
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case account = 1
            case uid = 2
            case role = 3
            case password = 4
            case target = 5
            case language = 6
        }
    }

    /// The account is known.
    public struct Reply: Codable, Hashable, Sendable {
        /// Its number.
        public let id: AccountID

        /// Names the new account.
        public init(id: AccountID) { self.id = id }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case id = 1
        }
    }
}

/// Lists accounts in the order of their names.
public enum ListAccounts: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0502, name: "accounts.list",
        access: .roles(.administrator), audit: .nothing(reason: "reading by an administrator changes nothing"),
        cost: .store, summary: "Lists accounts in the order of their names, a page at a time.")

    /// Which page.
    public struct Request: Codable, Hashable, Sendable {
        /// The last name of the page before.
        public let after: AccountName?

        /// Asks for a page.
        public init(after: AccountName? = nil) { self.after = after }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case after = 1
        }
    }

    /// A page.
    public struct Reply: Codable, Hashable, Sendable {
        /// Up to 64 accounts.
        public let accounts: [AccountSummary]
        /// True when this is the last page.
        public let isLast: Bool

        /// Describes a page.
        public init(accounts: [AccountSummary], isLast: Bool) {
            self.accounts = accounts
            self.isLast = isLast
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case accounts = 1
            case isLast = 2
        }
    }
}

/// An account as an administrator sees it.
public struct AccountSummary: Codable, Hashable, Sendable {
    /// Its number.
    public let id: AccountID
    /// Its name.
    public let account: AccountName
    /// The uid whose owner may act for it.
    public let uid: UInt32?
    /// Whose password it is.
    public let role: AccountRole
    /// True when it may recover and register.
    public let isEnabled: Bool
    /// Where its password lives; nil for the daemon.
    public let target: TargetName?
    /// The kinds of its methods, oldest first.
    public let methods: [MethodKind]
    /// How many more methods of other classes it needs to recover.
    public let missing: UInt32
    /// When it was added.
    public let addedAt: Timestamp
    /// Until when sign-in is locked.
    public let signInLockedUntil: Timestamp?
    /// Until when recovery is blocked.
    public let recoveryBlockedUntil: Timestamp?
    /// The language that its owner reads; nil for the default.
    public let language: LanguageTag?

    /// Describes an account.
    public init(
        id: AccountID, account: AccountName, uid: UInt32?, role: AccountRole, isEnabled: Bool, target: TargetName?,
        methods: [MethodKind], missing: UInt32, addedAt: Timestamp, signInLockedUntil: Timestamp?,
        recoveryBlockedUntil: Timestamp?, language: LanguageTag? = nil
    ) {
        self.id = id
        self.account = account
        self.uid = uid
        self.role = role
        self.isEnabled = isEnabled
        self.target = target
        self.methods = methods
        self.missing = missing
        self.addedAt = addedAt
        self.signInLockedUntil = signInLockedUntil
        self.recoveryBlockedUntil = recoveryBlockedUntil
        self.language = language
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case id = 1
        case account = 2
        case uid = 3
        case role = 4
        case isEnabled = 5
        case target = 6
        case methods = 7
        case missing = 8
        case addedAt = 9
        case signInLockedUntil = 10
        case recoveryBlockedUntil = 11
        case language = 12
    }
}

/// Shows one account.
public enum ShowAccount: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0503, name: "accounts.show",
        access: .roles(.administrator), audit: .nothing(reason: "reading by an administrator changes nothing"),
        cost: .store, summary: "Shows one account.")

    /// Which account.
    public typealias Request = AccountRequest

    /// The account.
    public typealias Reply = AccountSummary
}

/// Issues a temporary pass to somebody who has shown the help desk who they are.
public enum IssuePass: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0505, name: "accounts.pass",
        access: .roles(.administrator, .helpdesk), audit: .events([.passIssued, .budgetSpent]),
        cost: .store,
        summary:
            "Issues a temporary pass in the place of the one before, to a caller whom helpdesk.verify has shown to be its owner; its owner is told of it."
    )

    /// For whom and how long.
    public struct Request: Codable, Hashable, Sendable {
        /// The account.
        public let account: AccountName
        /// How many minutes it is good for: 10 to 43,200 (30 days); without it, 60.
        public let minutes: UInt32?
        /// An administrator's word that the person is known otherwise: no verification is asked for, and the trail says so.
        public let isVouchedFor: Bool?

        /// Asks for a pass.
        public init(account: AccountName, minutes: UInt32? = nil, isVouchedFor: Bool? = nil) {
            self.account = account
            self.minutes = minutes
            self.isVouchedFor = isVouchedFor
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case account = 1
            case minutes = 2
            case isVouchedFor = 3
        }
    }

    /// The pass.
    public struct Reply: Codable, Sendable {
        /// Twelve characters that work once, shown here and never again.
        public let pass: OneTimeCode
        /// Until when.
        public let expiresAt: Timestamp

        /// Describes a pass.
        public init(pass: OneTimeCode, expiresAt: Timestamp) {
            self.pass = pass
            self.expiresAt = expiresAt
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case pass = 1
            case expiresAt = 2
        }
    }
}

/// Lets an account recover and register, or stops it.
public enum EnableAccount: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0504, name: "accounts.enable",
        access: .roles(.administrator), audit: .events([.accountEnabled, .accountDisabled]),
        cost: .store, summary: "Lets an account recover and register, or stops it; sign-in is untouched.")

    /// Which account and whether.
    public struct Request: Codable, Hashable, Sendable {
        /// The account.
        public let account: AccountName
        /// True to let it, false to stop it.
        public let isEnabled: Bool

        /// Asks to enable or disable an account.
        public init(account: AccountName, isEnabled: Bool) {
            self.account = account
            self.isEnabled = isEnabled
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case account = 1
            case isEnabled = 2
        }
    }

    /// Done.
    public typealias Reply = Empty
}
