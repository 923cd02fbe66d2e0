public import SSPRVocabulary

/// What an account's owner was asked to complete or to look at again, and how often that was put off.
public struct ReviewRow: Sendable, Equatable {
    /// Whose.
    public let account: AccountID
    /// At how many sign-ins it was put off.
    public var postponed: UInt32
    /// The oldest look at a contact; nil without contacts.
    ///
    /// The methods say it; here it is found among a million accounts.
    public var oldestLook: Timestamp?
    /// When the owner was last sent a reminder.
    public var remindedAt: Timestamp?
    /// True when the contacts are due and a reminder has been sent, or held back because the one before was too close.
    public var isReminded: Bool

    /// Describes what is asked of an owner.
    public init(
        account: AccountID, postponed: UInt32 = 0, oldestLook: Timestamp? = nil, remindedAt: Timestamp? = nil,
        isReminded: Bool = false
    ) {
        self.account = account
        self.postponed = postponed
        self.oldestLook = oldestLook
        self.remindedAt = remindedAt
        self.isReminded = isReminded
    }
}

/// Reads what owners are asked.
public protocol ReviewSnapshot {
    /// What the owner of an account is asked; nil when nothing was ever noted.
    func review(of account: AccountID) throws -> ReviewRow?
    /// Those not reminded whose oldest look is at or before `look`, oldest first, then those last reminded at or before `reminder`.
    func reviews(lookedAt look: Timestamp, remindedAt reminder: Timestamp, limit: Int) throws -> [ReviewRow]
}

/// Changes what owners are asked.
public protocol ReviewTransaction {
    /// Writes a row in the place of the one before.
    func upsert(_ review: ReviewRow) throws
}
