public import SSPRVocabulary

/// A reset of an administrator's password of which some global administrators were not told at once (feature F8).
public struct ResetNoteRow: Sendable, Equatable {
    /// Whose password.
    public let about: AccountName
    /// When.
    public var happenedAt: Timestamp
    /// In the order of names, the last global administrator who was told at once: everybody after is told by a digest.
    public let toldUntil: AccountName

    /// Describes a note.
    public init(about: AccountName, happenedAt: Timestamp, toldUntil: AccountName) {
        self.about = about
        self.happenedAt = happenedAt
        self.toldUntil = toldUntil
    }
}

/// A digest that is being sent.
public struct DigestRow: Sendable, Equatable {
    /// Its number, which its notes carry.
    public let number: DigestNumber
    /// In the order of names, the last global administrator who has been looked at; nil for none yet.
    public var reached: AccountName?

    /// Describes a digest.
    public init(number: DigestNumber, reached: AccountName? = nil) {
        self.number = number
        self.reached = reached
    }
}

/// The number of a digest: they grow, and none is used twice.
public typealias DigestNumber = UInt64

/// Reads digests.
public protocol DigestSnapshot {
    /// When the oldest reset happened that stands in no digest.
    func oldestResetNote() throws -> Timestamp?
    /// The digest that is being sent.
    func digestUnderWay() throws -> DigestRow?
    /// What a digest tells a reader: of the resets after whose `toldUntil` the reader's name comes, but not of the reader's own.
    func resets(in digest: DigestNumber, for reader: AccountName) throws -> ResetSummary
}

/// Changes digests.
public protocol DigestTransaction {
    /// Notes a reset.
    func insert(_ note: ResetNoteRow) throws
    /// Joins all notes that stand in no digest to a new one, which is then under way; nil without any.
    func beginDigest() throws -> DigestRow?
    /// Writes how far a digest is.
    func update(_ digest: DigestRow) throws
    /// Ends the digest that is under way; what it tells stays.
    func end(_ digest: DigestNumber) throws
    /// Forgets what digests told of resets before a moment.
    func removeResetNotes(before moment: Timestamp) throws
}
