public import SSPRVocabulary

/// Adds a licence plan.
public enum AddLicence: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0516, name: "licences.add",
        access: .roles(.administrator), audit: .events([.licenceAdded]),
        cost: .store, summary: "Adds a licence plan that nobody has yet.")

    /// Which plan.
    public struct Request: Codable, Hashable, Sendable {
        /// The plan.
        public let plan: PlanName
        /// How many accounts may have it; any number when absent.
        public let seats: UInt32?

        /// Asks to add a plan.
        public init(plan: PlanName, seats: UInt32? = nil) {
            self.plan = plan
            self.seats = seats
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case plan = 1
            case seats = 2
        }
    }

    /// Done.
    public typealias Reply = Empty
}

/// Assigns a licence plan.
public enum AssignLicence: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0517, name: "licences.assign",
        access: .roles(.administrator), audit: .events([.licenceAssigned]),
        cost: .store,
        summary: "Assigns a plan to an account, a group or everyone; refused as conflict when it has not seats enough.")

    /// Which plan and whose.
    public typealias Request = LicenceAssignment

    /// Done.
    public typealias Reply = Empty
}

/// Takes an assignment back.
public enum UnassignLicence: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0518, name: "licences.unassign",
        access: .roles(.administrator), audit: .events([.licenceUnassigned]),
        cost: .store, summary: "Takes a plan back from an account, a group or everyone.")

    /// Which plan and whose.
    public typealias Request = LicenceAssignment

    /// Done.
    public typealias Reply = Empty
}

/// Lists licence plans.
public enum ListLicences: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0519, name: "licences.list",
        access: .roles(.administrator), audit: .nothing(reason: "reading by an administrator changes nothing"),
        cost: .store, summary: "Lists licence plans in the order of their names, a page at a time.")

    /// Which page.
    public struct Request: Codable, Hashable, Sendable {
        /// The last name of the page before.
        public let after: PlanName?

        /// Asks for a page.
        public init(after: PlanName? = nil) {
            self.after = after
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case after = 1
        }
    }

    /// A page.
    public struct Reply: Codable, Hashable, Sendable {
        /// Up to 64 plans.
        public let plans: [LicencePlan]
        /// True when this is the last page.
        public let isLast: Bool

        /// Describes a page.
        public init(plans: [LicencePlan], isLast: Bool) {
            self.plans = plans
            self.isLast = isLast
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case plans = 1
            case isLast = 2
        }
    }
}

/// A licence plan.
public struct LicencePlan: Codable, Hashable, Sendable {
    /// The plan.
    public let plan: PlanName
    /// True when everybody has it.
    public let isForEveryone: Bool
    /// How many accounts have it by themselves or by a group.
    public let taken: UInt32
    /// How many may; nil for any number.
    public let seats: UInt32?

    /// Describes a plan.
    public init(plan: PlanName, isForEveryone: Bool, taken: UInt32, seats: UInt32? = nil) {
        self.plan = plan
        self.isForEveryone = isForEveryone
        self.taken = taken
        self.seats = seats
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case plan = 1
        case isForEveryone = 2
        case taken = 3
        case seats = 4
    }
}

/// A plan and who has it.
public struct LicenceAssignment: Codable, Hashable, Sendable {
    /// The plan.
    public let plan: PlanName
    /// An account that has it.
    public let account: AccountName?
    /// A group whose members have it; with neither, everyone.
    public let group: GroupName?

    /// Names a plan and an account, a group or everyone.
    public init(plan: PlanName, account: AccountName? = nil, group: GroupName? = nil) {
        self.plan = plan
        self.account = account
        self.group = group
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case plan = 1
        case account = 2
        case group = 3
    }
}
