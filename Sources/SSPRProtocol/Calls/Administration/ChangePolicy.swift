public import SSPRVocabulary

/// Says what a policy document would do.
public enum PlanPolicy: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0521, name: "policy.plan",
        access: .roles(.administrator), audit: .nothing(reason: "it is a rehearsal: nothing is changed"),
        cost: .store, requestLimit: PolicySource.maximumLength + 64,
        summary:
            "Says which fields a document would change and who could not recover any more; looks at every account, one such call at a time."
    )

    /// The document.
    public struct Request: Codable, Hashable, Sendable {
        /// YAML or JSON.
        public let document: PolicySource
        /// From when it would hold; at once without it.
        public let effectiveAt: Timestamp?

        /// Asks what a document would do.
        public init(document: PolicySource, effectiveAt: Timestamp? = nil) {
            self.document = document
            self.effectiveAt = effectiveAt
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case document = 1
            case effectiveAt = 2
        }
    }

    /// What it would do.
    public struct Reply: Codable, Hashable, Sendable {
        /// The newest version, on which it would follow.
        public let base: UInt32
        /// The fields that would change.
        public let changes: [PolicyChange]
        /// Accounts that were looked at.
        public let accounts: UInt32
        /// Those of them that can recover now.
        public let capable: UInt32
        /// Those of these that could not any more.
        public let losing: UInt32
        /// Those that cannot recover now and could then.
        public let gaining: UInt32
        /// The first 100 of those that could not any more, in the order of their names.
        public let names: [AccountName]
        /// The versions that would not come into force any more; nil where there are none.
        public let overtaken: [UInt32]?

        /// Describes a plan.
        public init(
            base: UInt32, changes: [PolicyChange], accounts: UInt32, capable: UInt32, losing: UInt32, gaining: UInt32,
            names: [AccountName], overtaken: [UInt32]? = nil
        ) {
            self.base = base
            self.changes = changes
            self.accounts = accounts
            self.capable = capable
            self.losing = losing
            self.gaining = gaining
            self.names = names
            self.overtaken = overtaken
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case base = 1
            case changes = 2
            case accounts = 3
            case capable = 4
            case losing = 5
            case gaining = 6
            case names = 7
            case overtaken = 8
        }
    }
}

/// Puts a policy document into force.
public enum ApplyPolicy: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0522, name: "policy.apply",
        access: .roles(.administrator), audit: .events([.policyApplied, .policyChanged, .policyCancelled]),
        cost: .store, requestLimit: PolicySource.maximumLength + 1024,
        summary:
            "Puts a document into force in the place of the one before, at once or from a moment on; refused when there is another version than expected, or when many would lose recovery."
    )

    /// The document, and how it is meant.
    public struct Request: Codable, Hashable, Sendable {
        /// YAML or JSON; fields that are not in it have the configuration's values again.
        public let document: PolicySource
        /// Why, for the history.
        public let reason: PolicyReason
        /// The version that is expected to be the newest; 0 while there is none.
        public let base: UInt32
        /// True when more than 5 % or more than 10 of those who can recover may lose that.
        public let allowsLoss: Bool?
        /// From when it holds, up to a year ahead; at once without it.
        public let effectiveAt: Timestamp?
        /// In the place of the document's `recovery.graceDays`: 0 to 90.
        public let graceDays: UInt32?

        /// Asks to put a document into force.
        public init(
            document: PolicySource, reason: PolicyReason, base: UInt32, allowsLoss: Bool? = nil,
            effectiveAt: Timestamp? = nil, graceDays: UInt32? = nil
        ) {
            self.document = document
            self.reason = reason
            self.base = base
            self.allowsLoss = allowsLoss
            self.effectiveAt = effectiveAt
            self.graceDays = graceDays
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case document = 1
            case reason = 2
            case base = 3
            case allowsLoss = 4
            case effectiveAt = 5
            case graceDays = 6
        }
    }

    /// It is in force.
    public typealias Reply = AppliedPolicy
}

/// Puts an earlier version of the policy into force once more.
public enum RollBackPolicy: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0524, name: "policy.rollback",
        access: .roles(.administrator), audit: .events([.policyApplied, .policyChanged, .policyCancelled]),
        cost: .store,
        summary:
            "Puts the document of an earlier version into force once more, as a new version, under the same conditions."
    )

    /// Which version, and how it is meant.
    public struct Request: Codable, Hashable, Sendable {
        /// The version whose document is to hold again; 0 for the configuration file alone.
        public let version: UInt32
        /// Why, for the history.
        public let reason: PolicyReason
        /// The version that is expected to be the newest.
        public let base: UInt32
        /// True when more than 5 % or more than 10 of those who can recover may lose that.
        public let allowsLoss: Bool?
        /// From when it holds, up to a year ahead; at once without it.
        public let effectiveAt: Timestamp?
        /// In the place of that version's `recovery.graceDays`: 0 to 90.
        public let graceDays: UInt32?

        /// Asks to put a version into force once more.
        public init(
            version: UInt32, reason: PolicyReason, base: UInt32, allowsLoss: Bool? = nil,
            effectiveAt: Timestamp? = nil, graceDays: UInt32? = nil
        ) {
            self.version = version
            self.reason = reason
            self.base = base
            self.allowsLoss = allowsLoss
            self.effectiveAt = effectiveAt
            self.graceDays = graceDays
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case version = 1
            case reason = 2
            case base = 3
            case allowsLoss = 4
            case effectiveAt = 5
            case graceDays = 6
        }
    }

    /// It is in force.
    public typealias Reply = AppliedPolicy
}

/// A version of the policy that has come into force, or will.
public struct AppliedPolicy: Codable, Hashable, Sendable {
    /// Its number.
    public let version: UInt32
    /// What has changed with it.
    public let changes: [PolicyChange]
    /// From when; nil for at once.
    public let effectiveAt: Timestamp?
    /// The versions that do not come into force any more because of it; nil where there are none.
    public let overtaken: [UInt32]?

    /// Describes a version.
    public init(
        version: UInt32, changes: [PolicyChange], effectiveAt: Timestamp? = nil, overtaken: [UInt32]? = nil
    ) {
        self.version = version
        self.changes = changes
        self.effectiveAt = effectiveAt
        self.overtaken = overtaken
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case version = 1
        case changes = 2
        case effectiveAt = 3
        case overtaken = 4
    }
}
