public import SSPRVocabulary

/// Brings many accounts in.
public enum ImportAccounts: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x051a, name: "accounts.import",
        access: .roles(.administrator), audit: .events([.accountAdded, .methodRegistered, .groupJoined]),
        cost: .store, requestLimit: 65_536,
        summary: "Brings up to 256 accounts of a list in, in one transaction; tells which were not taken, and why.")

    /// A batch of a list.
    public struct Request: Codable, Hashable, Sendable {
        /// Up to 256 accounts.
        public let rows: [ImportedAccount]
        /// How many of them are taken.
        public let mode: ImportMode

        /// Asks to bring accounts in.
        public init(rows: [ImportedAccount], mode: ImportMode) {
            self.rows = rows
            self.mode = mode
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case rows = 1
            case mode = 2
        }
    }

    /// What became of it.
    public struct Reply: Codable, Hashable, Sendable {
        /// The rows that were not taken, in their order.
        public let refused: [RefusedRow]

        /// Describes what became of a batch.
        public init(refused: [RefusedRow]) {
            self.refused = refused
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case refused = 1
        }
    }
}

/// An account of a list; it has no password yet.
public struct ImportedAccount: Codable, Hashable, Sendable {
    /// Its name.
    public let account: AccountName
    /// The uid whose owner may act for it.
    public let uid: UInt32?
    /// Whose password it is; a user's when absent.
    public let role: AccountRole?
    /// Where its password lives, when not in the daemon.
    public let target: TargetName?
    /// The language that its owner reads.
    public let language: LanguageTag?
    /// An address of theirs.
    public let email: Contact?
    /// Their mobile phone.
    public let mobile: Contact?
    /// Their office phone.
    public let office: Contact?
    /// Groups that are there.
    public let groups: [GroupName]?

    /// Describes an account.
    public init(
        account: AccountName, uid: UInt32? = nil, role: AccountRole? = nil, target: TargetName? = nil,
        language: LanguageTag? = nil, email: Contact? = nil, mobile: Contact? = nil,
        office: Contact? = nil, groups: [GroupName]? = nil
    ) {
        self.account = account
        self.uid = uid
        self.role = role
        self.target = target
        self.language = language
        self.email = email
        self.mobile = mobile
        self.office = office
        self.groups = groups
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case account = 1
        case uid = 2
        case role = 3
        case target = 4
        case language = 5
        case email = 6
        case mobile = 7
        case office = 8
        case groups = 9
    }
}

/// A row that was not taken.
public struct RefusedRow: Codable, Hashable, Sendable {
    /// Which row of the batch, from 0.
    public let row: UInt32
    /// Why.
    public let reason: ImportRefusal

    /// Describes a row.
    public init(row: UInt32, reason: ImportRefusal) {
        self.row = row
        self.reason = reason
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case row = 1
        case reason = 2
    }
}
