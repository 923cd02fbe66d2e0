public import SSPRVocabulary

/// A person known to the daemon.
public struct AccountRow: Sendable, Equatable {
    /// Immutable, never reused.
    public let id: AccountID
    /// Unique, byte for byte.
    public var name: AccountName
    /// The uid whose owner may act for the account, if any; unique.
    public var uid: UInt32?
    /// Whose password this is.
    public var role: AccountRole
    /// False: may not recover or register.
    public var isEnabled: Bool
    /// Where the password lives: nil is the daemon's own verifier.
    public var target: TargetName?
    /// When it was added.
    public let addedAt: Timestamp
    /// When it first had enough methods to recover; nil until then.
    public var registeredAt: Timestamp?
    /// What its owner reads; nil for the default.
    public var language: LanguageTag?

    /// Describes a person.
    public init(
        id: AccountID, name: AccountName, uid: UInt32?, role: AccountRole, isEnabled: Bool, target: TargetName?,
        addedAt: Timestamp, registeredAt: Timestamp?, language: LanguageTag? = nil
    ) {
        self.id = id
        self.name = name
        self.uid = uid
        self.role = role
        self.isEnabled = isEnabled
        self.target = target
        self.addedAt = addedAt
        self.registeredAt = registeredAt
        self.language = language
    }
}

extension AccountRow {
    /// What stands for a name that is nobody's.
    static func nobody(named name: AccountName, at now: Timestamp) -> AccountRow {
        AccountRow(
            id: .nobody, name: name, uid: nil, role: .user, isEnabled: true, target: nil, addedAt: now,
            registeredAt: nil)
    }
}

/// A password's or answer's slow hash with everything needed to check it: Argon2id version 1.3 (RFC 9106).
public struct Verifier: Sendable, Equatable {
    /// Passes over the memory.
    public let passes: UInt32
    /// Memory in KiB.
    public let memoryKiB: UInt32
    /// 16 random bytes.
    public let salt: [UInt8]
    /// 32 bytes.
    public let tag: [UInt8]
    /// Which pepper keyed the input.
    public let pepper: UInt32

    /// Describes a hash.
    public init(passes: UInt32, memoryKiB: UInt32, salt: [UInt8], tag: [UInt8], pepper: UInt32) {
        self.passes = passes
        self.memoryKiB = memoryKiB
        self.salt = salt
        self.tag = tag
        self.pepper = pepper
    }
}

/// Reads accounts and their password verifiers.
public protocol AccountSnapshot {
    /// The account of exactly this name.
    func account(named name: AccountName) throws -> AccountRow?
    /// The account of this number.
    func account(_ id: AccountID) throws -> AccountRow?
    /// The account of this name or, when it is nobody's, the first in the order of the numbers at or after `place`.
    func account(named name: AccountName, orFrom place: AccountID) throws -> AccountRow?
    /// The account that this uid's owner may act for.
    func account(uid: UInt32) throws -> AccountRow?
    /// Up to `limit` accounts in the order of their names, after `name`.
    func accounts(after name: AccountName?, limit: Int) throws -> [AccountRow]
    /// All accounts of a role, in the order of their names.
    func accounts(role: AccountRole) throws -> [AccountRow]
    /// The current password's verifier.
    func passwordVerifier(of account: AccountID) throws -> Verifier?
    /// The verifiers of up to `limit` passwords before the current one, newest first.
    func formerVerifiers(of account: AccountID, limit: Int) throws -> [Verifier]
}

/// Changes accounts and their password verifiers.
public protocol AccountTransaction {
    /// Adds an account; throws `RowConflict` when the name or uid is taken.
    func insert(_ account: AccountRow) throws
    /// Writes all fields of an existing account.
    func update(_ account: AccountRow) throws
    /// Sets the current password's verifier.
    func setPasswordVerifier(_ verifier: Verifier, of account: AccountID) throws
    /// Keeps the verifier of a password that is no longer the current one, as the newest of the former ones.
    func addFormerVerifier(_ verifier: Verifier, of account: AccountID) throws
    /// Forgets all former ones but the `count` newest.
    func removeFormerVerifiers(of account: AccountID, keeping count: Int) throws
    /// Removes an account with every row that belongs to it; counters are their subjects'.
    func remove(_ account: AccountID) throws
}

/// A row with this key exists already.
public struct RowConflict: Error, Sendable {
    /// Says that a unique key was taken.
    public init() {}
}
