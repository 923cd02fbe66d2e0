public import SSPRVocabulary

/// A version of the policy: a document that an administrator has put into force.
public struct PolicyVersionRow: Sendable, Equatable {
    /// Drawn at random: what is remembered of a version is remembered under it, so that one that was undone leaves nothing behind.
    public let id: PolicyVersionID
    /// 1, 2, 3, without a gap; 0 is the configuration alone and has no row.
    public let version: UInt32
    /// From when.
    public let appliedAt: Timestamp
    /// Who applied it.
    public let uid: UInt32
    /// Why, in their words.
    public let reason: PolicyReason
    /// The version whose document this is once more; nil for a new one.
    public let restores: UInt32?
    /// What it says.
    public let document: PolicyDocument

    /// Describes a version.
    public init(
        id: PolicyVersionID, version: UInt32, appliedAt: Timestamp, uid: UInt32, reason: PolicyReason,
        restores: UInt32?,
        document: PolicyDocument
    ) {
        self.id = id
        self.version = version
        self.appliedAt = appliedAt
        self.uid = uid
        self.reason = reason
        self.restores = restores
        self.document = document
    }
}

extension RowKind {
    /// One version of the policy.
    public enum PolicyVersion {}
}

/// Names a version of the policy inside the daemon.
public typealias PolicyVersionID = Identifier<RowKind.PolicyVersion>

/// A version without its document.
public struct PolicyStamp: Sendable, Equatable {
    /// Its number.
    public let version: UInt32
    /// Its row.
    public let id: PolicyVersionID

    /// Describes a version.
    public init(version: UInt32, id: PolicyVersionID) {
        self.version = version
        self.id = id
    }
}

/// Reads the policy's versions.
public protocol PolicySnapshot {
    /// The newest version; nil while there is none.
    func newestPolicy() throws -> PolicyStamp?
    /// The version of this number.
    func policyStamp(_ version: UInt32) throws -> PolicyStamp?
    /// The version of this number, with its document.
    func policyVersion(_ version: UInt32) throws -> PolicyVersionRow?
    /// Up to `limit` versions below `version`, or the newest ones, in falling order.
    func policyVersions(before version: UInt32?, limit: Int) throws -> [PolicyVersionRow]
}

/// Adds versions of the policy; none is ever changed or removed: recoveries go on under the one that they began with.
public protocol PolicyTransaction {
    /// Adds a version; throws `RowConflict` when its number is taken.
    func insert(_ version: PolicyVersionRow) throws
}
