public import SSPRVocabulary

/// Shows the policy.
public enum ShowPolicy: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0520, name: "policy.show",
        access: .roles(.administrator, .auditor),
        audit: .nothing(reason: "reading by an administrator or auditor changes nothing"), cost: .store,
        summary: "Shows every field of the policy in force, or of an earlier version, with where its value comes from.")

    /// Which version.
    public struct Request: Codable, Hashable, Sendable {
        /// Its number; the one in force without it.
        public let version: UInt32?

        /// Asks for a version, or for the one in force.
        public init(version: UInt32? = nil) { self.version = version }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case version = 1
        }
    }

    /// A whole policy.
    public struct Reply: Codable, Hashable, Sendable {
        /// Its number; 0 is the configuration file alone.
        public let version: UInt32
        /// Every field, in the order of the page for administrators.
        public let settings: [PolicySetting]
        /// Who applied it when and why; nil for version 0.
        public let origin: PolicyRevision?
        /// What the sections of groups say, in the order of their names; nil where there are none.
        public let groups: [PolicySetting]?
        /// The newest version, on which the next one follows: the one in force, or one that comes into force later or was cancelled.
        public let newest: UInt32?
        /// The versions that come into force later, the next one first; nil where there are none.
        public let scheduled: [PolicyRevision]?

        /// Describes a policy.
        public init(
            version: UInt32, settings: [PolicySetting], origin: PolicyRevision?, groups: [PolicySetting]? = nil,
            newest: UInt32? = nil, scheduled: [PolicyRevision]? = nil
        ) {
            self.version = version
            self.settings = settings
            self.origin = origin
            self.groups = groups
            self.newest = newest
            self.scheduled = scheduled
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case version = 1
            case settings = 2
            case origin = 3
            case groups = 4
            case newest = 5
            case scheduled = 6
        }
    }
}

/// Lists the versions of the policy.
public enum ListPolicies: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0523, name: "policy.history",
        access: .roles(.administrator, .auditor),
        audit: .nothing(reason: "reading by an administrator or auditor changes nothing"), cost: .store,
        summary: "Lists the versions of the policy, newest first, page by page.")

    /// Where to go on.
    public struct Request: Codable, Hashable, Sendable {
        /// Only versions before this number; the newest ones without it.
        public let before: UInt32?

        /// Asks for the versions before a number.
        public init(before: UInt32? = nil) { self.before = before }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case before = 1
        }
    }

    /// A page.
    public struct Reply: Codable, Hashable, Sendable {
        /// The versions, newest first.
        public let versions: [PolicyRevision]
        /// True when there are no more.
        public let isLast: Bool

        /// Describes a page.
        public init(versions: [PolicyRevision], isLast: Bool) {
            self.versions = versions
            self.isLast = isLast
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case versions = 1
            case isLast = 2
        }
    }
}

/// Who has applied a version of the policy, and why.
public struct PolicyRevision: Codable, Hashable, Sendable {
    /// Its number.
    public let version: UInt32
    /// When it was applied.
    public let appliedAt: Timestamp
    /// The uid of whoever applied it.
    public let uid: UInt32
    /// Why.
    public let reason: PolicyReason
    /// The version whose document this is once more.
    public let restores: UInt32?
    /// From when it holds, where that is not when it was applied.
    public let effectiveAt: Timestamp?
    /// How far it is.
    public let state: PolicyState?

    /// Describes a version.
    public init(
        version: UInt32, appliedAt: Timestamp, uid: UInt32, reason: PolicyReason, restores: UInt32?,
        effectiveAt: Timestamp? = nil, state: PolicyState? = nil
    ) {
        self.version = version
        self.appliedAt = appliedAt
        self.uid = uid
        self.reason = reason
        self.restores = restores
        self.effectiveAt = effectiveAt
        self.state = state
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case version = 1
        case appliedAt = 2
        case uid = 3
        case reason = 4
        case restores = 5
        case effectiveAt = 6
        case state = 7
    }
}
