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

        /// Asks what a document would do.
        public init(document: PolicySource) { self.document = document }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case document = 1
        }
    }

    /// What it would do.
    public struct Reply: Codable, Hashable, Sendable {
        /// The version in force.
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

        /// Describes a plan.
        public init(
            base: UInt32, changes: [PolicyChange], accounts: UInt32, capable: UInt32, losing: UInt32, gaining: UInt32,
            names: [AccountName]
        ) {
            self.base = base
            self.changes = changes
            self.accounts = accounts
            self.capable = capable
            self.losing = losing
            self.gaining = gaining
            self.names = names
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
        }
    }
}

/// Puts a policy document into force.
public enum ApplyPolicy: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0522, name: "policy.apply",
        access: .roles(.administrator), audit: .events([.policyApplied, .policyChanged]),
        cost: .store, requestLimit: PolicySource.maximumLength + 1024,
        summary:
            "Puts a document into force in the place of the one before; refused when another version is in force than expected, or when many would lose recovery."
    )

    /// The document, and how it is meant.
    public struct Request: Codable, Hashable, Sendable {
        /// YAML or JSON; fields that are not in it have the configuration's values again.
        public let document: PolicySource
        /// Why, for the history.
        public let reason: PolicyReason
        /// The version that is expected to be in force; 0 while there is none.
        public let base: UInt32
        /// True when more than 5 % or more than 10 of those who can recover may lose that.
        public let allowsLoss: Bool?

        /// Asks to put a document into force.
        public init(document: PolicySource, reason: PolicyReason, base: UInt32, allowsLoss: Bool? = nil) {
            self.document = document
            self.reason = reason
            self.base = base
            self.allowsLoss = allowsLoss
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case document = 1
            case reason = 2
            case base = 3
            case allowsLoss = 4
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
        access: .roles(.administrator), audit: .events([.policyApplied, .policyChanged]),
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
        /// The version that is expected to be in force.
        public let base: UInt32
        /// True when more than 5 % or more than 10 of those who can recover may lose that.
        public let allowsLoss: Bool?

        /// Asks to put a version into force once more.
        public init(version: UInt32, reason: PolicyReason, base: UInt32, allowsLoss: Bool? = nil) {
            self.version = version
            self.reason = reason
            self.base = base
            self.allowsLoss = allowsLoss
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case version = 1
            case reason = 2
            case base = 3
            case allowsLoss = 4
        }
    }

    /// It is in force.
    public typealias Reply = AppliedPolicy
}

/// A version of the policy that has come into force.
public struct AppliedPolicy: Codable, Hashable, Sendable {
    /// Its number.
    public let version: UInt32
    /// What has changed with it.
    public let changes: [PolicyChange]

    /// Describes a version.
    public init(version: UInt32, changes: [PolicyChange]) {
        self.version = version
        self.changes = changes
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case version = 1
        case changes = 2
    }
}
