public import SSPRVocabulary

/// A licence plan.
public struct PlanRow: Sendable, Equatable {
    /// Never reused.
    public let id: PlanID
    /// Unique, byte for byte.
    public let name: PlanName
    /// How many accounts may have it; nil for any number.
    public let seats: UInt32?
    /// True when everybody has it: only where seats are not counted.
    public var isForEveryone: Bool
    /// How many accounts have it by themselves or by a group; each counts once.
    public var taken: UInt32

    /// Describes a plan.
    public init(id: PlanID, name: PlanName, seats: UInt32?, isForEveryone: Bool = false, taken: UInt32 = 0) {
        self.id = id
        self.name = name
        self.seats = seats
        self.isForEveryone = isForEveryone
        self.taken = taken
    }

    /// True when more have it than there are seats.
    var isOverfull: Bool { seats.map { taken > $0 } ?? false }
}

/// Who a plan is assigned to.
public enum PlanHolder: Sendable, Hashable {
    /// Everybody, now and later.
    case everyone
    /// One account.
    case account(AccountID)
    /// All members of a group, now and later.
    case group(GroupID)
}

/// Reads licence plans and who has them.
public protocol LicenceSnapshot {
    /// The plan of exactly this name.
    func plan(named name: PlanName) throws -> PlanRow?
    /// Up to `limit` plans in the order of their names, after `name`.
    func plans(after name: PlanName?, limit: Int) throws -> [PlanRow]
    /// The plans that are assigned to a group, in the order of their names.
    func plans(of group: GroupID) throws -> [PlanRow]
    /// True when everybody has a plan, or the account has one by itself or by a group.
    func isLicensed(_ account: AccountID) throws -> Bool
}

/// Changes licence plans and who has them.
public protocol LicenceTransaction {
    /// Adds a plan; throws `RowConflict` when the name is taken.
    func insert(_ plan: PlanRow) throws
    /// Assigns a plan, whatever its seats; false when it is assigned.
    func assign(_ plan: PlanID, to holder: PlanHolder) throws -> Bool
    /// Takes an assignment back; false when there is none.
    func unassign(_ plan: PlanID, from holder: PlanHolder) throws -> Bool
}
