public import SSPRVocabulary

/// People who are treated alike.
public struct GroupRow: Sendable, Equatable {
    /// Never reused.
    public let id: GroupID
    /// Unique, byte for byte.
    public let name: GroupName
    /// When it was added.
    public let addedAt: Timestamp

    /// Describes a group.
    public init(id: GroupID, name: GroupName, addedAt: Timestamp) {
        self.id = id
        self.name = name
        self.addedAt = addedAt
    }
}

/// Reads groups and who is in them.
public protocol GroupSnapshot {
    /// The group of exactly this name.
    func group(named name: GroupName) throws -> GroupRow?
    /// Up to `limit` groups in the order of their names, after `name`.
    func groups(after name: GroupName?, limit: Int) throws -> [GroupRow]
    /// Up to `limit` members in the order of the accounts' numbers, after `account`.
    func members(of group: GroupID, after account: AccountID?, limit: Int) throws -> [AccountRow]
    /// The groups of an account, in the order of their names.
    func groups(of account: AccountID) throws -> [GroupName]
}

/// Changes groups and who is in them.
public protocol GroupTransaction {
    /// Adds a group; throws `RowConflict` when the name is taken.
    func insert(_ group: GroupRow) throws
    /// Removes a group; its members leave, and the plans that it had are no longer its.
    func remove(_ group: GroupID) throws
    /// Makes an account a member; false when it is one.
    func join(_ group: GroupID, _ account: AccountID) throws -> Bool
    /// Ends a membership; false when there is none.
    func leave(_ group: GroupID, _ account: AccountID) throws -> Bool
}
