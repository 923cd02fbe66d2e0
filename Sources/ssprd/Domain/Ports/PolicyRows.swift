public import SSPRVocabulary

/// A version of the policy: a document that an administrator has put into force.
public struct PolicyVersionRow: Sendable, Equatable {
    /// Drawn at random: what is remembered of a version is remembered under it, so that one that was undone leaves nothing behind.
    public let id: PolicyVersionID
    /// 1, 2, 3, without a gap; 0 is the configuration alone and has no row.
    public let version: UInt32
    /// When it was applied.
    public let appliedAt: Timestamp
    /// Who applied it.
    public let uid: UInt32
    /// Why, in their words.
    public let reason: PolicyReason
    /// The version whose document this is once more; nil for a new one.
    public let restores: UInt32?
    /// What it says.
    public let document: PolicyDocument
    /// From when it holds; nil for since it was applied, whatever the clock says later.
    public let effectiveAt: Timestamp?
    /// When it was cancelled, so that it never came into force.
    public var cancelledAt: Timestamp?

    /// Describes a version.
    public init(
        id: PolicyVersionID, version: UInt32, appliedAt: Timestamp, uid: UInt32, reason: PolicyReason,
        restores: UInt32?,
        document: PolicyDocument, effectiveAt: Timestamp? = nil, cancelledAt: Timestamp? = nil
    ) {
        self.id = id
        self.version = version
        self.appliedAt = appliedAt
        self.uid = uid
        self.reason = reason
        self.restores = restores
        self.document = document
        self.effectiveAt = effectiveAt
        self.cancelledAt = cancelledAt
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
    /// From when it holds.
    public let since: Timestamp

    /// Describes a version.
    public init(version: UInt32, id: PolicyVersionID, since: Timestamp) {
        self.version = version
        self.id = id
        self.since = since
    }
}

/// What the configuration file said of the policy, from a moment on.
public struct ConfiguredPolicyRow: Sendable, Equatable {
    /// From when.
    public let since: Timestamp
    /// Every field of the policy, by its name.
    public let values: [String: PolicyValue]
    /// For whom recovery was on.
    public let enablement: Enablement

    /// Describes a configuration.
    public init(since: Timestamp, values: [String: PolicyValue], enablement: Enablement) {
        self.since = since
        self.values = values
        self.enablement = enablement
    }
}

/// Reads the policy's versions.
public protocol PolicySnapshot {
    /// The greatest number of a version, in force or not; nil while there is none.
    func newestPolicy() throws -> UInt32?
    /// The version in force at a moment: of those whose time has come and that were not cancelled the greatest, or the greatest below
    /// `version`; nil where there is none.
    func policyInForce(at now: Timestamp, below version: UInt32?) throws -> PolicyStamp?
    /// The versions that come into force after `now`, in the order of their numbers.
    func scheduledPolicies(after now: Timestamp) throws -> [PolicyVersionRow]
    /// The version of this number.
    func policyStamp(_ version: UInt32) throws -> PolicyStamp?
    /// The version of this number, with its document.
    func policyVersion(_ version: UInt32) throws -> PolicyVersionRow?
    /// Up to `limit` versions below `version`, or the newest ones, in falling order.
    func policyVersions(before version: UInt32?, limit: Int) throws -> [PolicyVersionRow]
    /// What was configured at a moment: of what was written down until then the last; nil before the first.
    func configuredPolicy(at moment: Timestamp) throws -> ConfiguredPolicyRow?
    /// What was written down last.
    func newestConfiguredPolicy() throws -> ConfiguredPolicyRow?
}

/// Adds versions of the policy; what one says is never changed, and none removed: recoveries go on under the one that they began with.
public protocol PolicyTransaction {
    /// Adds a version; throws `RowConflict` when its number is taken.
    func insert(_ version: PolicyVersionRow) throws
    /// Notes that a version is never to come into force.
    func cancelPolicy(_ version: UInt32, at now: Timestamp) throws
    /// Writes down what is configured from now on.
    func insert(_ configured: ConfiguredPolicyRow) throws
}
