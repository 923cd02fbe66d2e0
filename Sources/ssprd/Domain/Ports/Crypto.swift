public import SSPRVocabulary

/// Slow hashing for passwords and security answers.
///
/// Every call blocks its thread until the hash is done.
public protocol SecretHasher: Sendable {
    /// Hashes a secret under fresh salt at the configured cost. Throws `HasherBusy` when the queue is full.
    func verifier(for secret: Secret) throws -> Verifier
    /// Checks a secret. Throws `HasherBusy` when the queue is full.
    func verify(_ secret: Secret, against verifier: Verifier) throws -> Bool
    /// A verifier that no secret satisfies, at the configured cost.
    var decoy: Verifier { get }
    /// True for a verifier that costs less than the configured one, or was keyed with a pepper that is no longer the newest.
    func isOutdated(_ verifier: Verifier) -> Bool
}

extension SecretHasher {
    /// A verifier that no secret satisfies and that costs what `other` costs: the same work for nobody (attack C1).
    ///
    /// After the configured cost has changed most verifiers still have the old one.
    public func decoy(like other: Verifier?) -> Verifier {
        let decoy = decoy
        guard let other else { return decoy }
        return Verifier(
            passes: other.passes, memoryKiB: other.memoryKiB, salt: decoy.salt, tag: decoy.tag, pepper: other.pepper)
    }
}

/// The hashing queue is full; nothing was hashed.
public struct HasherBusy: Error, Sendable {
    /// Says that the queue is full.
    public init() {}
}

/// Which row a sealed value belongs to; opening it under another identity fails (attack G6).
public struct RowIdentity: Hashable, Sendable {
    /// The kind of row.
    public enum Table: UInt8, Sendable {
        case method = 1
        case enrolment, delivery
    }
    /// The kind of row.
    public let table: Table
    /// The row's number.
    public let row: UInt64
    /// The account it belongs to; 0 for none.
    public let account: UInt64

    /// Names a row.
    public init(_ table: Table, row: UInt64, account: UInt64) {
        self.table = table
        self.row = row
        self.account = account
    }
}

/// A sealed value could not be opened: wrong key, wrong row or altered bytes.
public struct SealBroken: Error, Sendable {
    /// Says that a sealed value did not open.
    public init() {}
}

/// Encryption of what must be read again.
public protocol Sealer: Sendable {
    /// Seals under the newest key. The output is `plaintext.count` plus a constant.
    func seal(_ plaintext: Secret, for row: RowIdentity) throws -> Sealed
    /// Opens; throws `SealBroken`.
    func open(_ sealed: Sealed, for row: RowIdentity) throws -> Secret
}

/// Fast keyed hashes, each purpose under a key of its own.
///
/// 32 bytes.
public protocol KeyedHasher: Sendable {
    /// The keyed hash of bytes for one purpose.
    func tag(_ purpose: TagPurpose, _ parts: [UInt8]...) -> [UInt8]
    /// The keyed hash of a secret for one purpose, bound to `context`.
    func tag(_ purpose: TagPurpose, _ secret: Secret, context: [UInt8]) -> [UInt8]
}

/// What a keyed hash is for; each has its own key.
public enum TagPurpose: UInt8, Sendable, CaseIterable {
    /// Names that are no account's: counters, audit.
    case stranger = 1
    /// What decoys look like; its key never rotates.
    case decoy = 2
    /// Handles and grants.
    case token = 3
    /// Delivered codes.
    case code = 4
    /// Wrong passwords remembered for a while.
    case mistake = 5
    /// Addresses and numbers that messages go to.
    case destination = 6
}

/// Codes of authenticator apps (RFC 6238).
public protocol TimeCodes: Sendable {
    /// The code of one time step: HMAC-SHA-1, 6 digits.
    func code(seed: Secret, step: UInt64) -> OneTimeCode
}

/// Unicode normal forms.
public protocol TextNormalizer: Sendable {
    /// A password as it is hashed: RFC 8265 OpaqueString (NFC, other blanks become U+0020, no controls). Throws `NotText`.
    func opaqueString(_ secret: Secret) throws -> Secret
    /// The number of code points in a normalised secret (NIST SP 800-63B-4 section 3.1.1.2).
    func codePoints(in secret: Secret) -> Int
    /// A security answer as it is hashed: NFKC, case folded, blanks collapsed and trimmed. Throws `NotText`.
    func answer(_ secret: Secret) throws -> Secret
}

/// The bytes are not UTF-8 or hold characters that the profile refuses.
public struct NotText: Error, Sendable {
    /// Says that a secret is no text.
    public init() {}
}
