public import SSPRVocabulary

/// Waits for the next password to set at a target.
public enum ClaimWriteback: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0703, name: "agents.claimWriteback",
        access: .roles(.writeback), audit: .nothing(reason: "the order was audited with its intent"),
        cost: .waiting,
        summary: "Waits up to 30 s for an order of a target. Waiting here is what makes the target available.")

    /// For which target.
    public struct Request: Codable, Hashable, Sendable {
        /// The target that this agent serves.
        public let target: TargetName

        /// Serves a target.
        public init(target: TargetName) { self.target = target }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case target = 1
        }
    }

    /// An order, or nothing yet.
    public struct Reply: Codable, Sendable {
        /// The order; nil when none came in time.
        public let job: WritebackJob?

        /// Hands out an order.
        public init(job: WritebackJob?) { self.job = job }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case job = 1
        }
    }
}

/// An order for a target.
///
/// It is handed out once: an agent that dies leaves its outcome unknown. It names its account twice (attack A15): by a name, which may be given
/// to somebody else at the target, and by numbers, which may not. An agent changes nothing where they disagree.
public struct WritebackJob: Codable, Sendable {
    /// Names the order.
    public let id: OrderID
    /// What to do.
    public let operation: WritebackOperation
    /// The account's name at the target.
    public let account: AccountName
    /// The password to check or set.
    public let password: Secret?
    /// After this the report is worthless.
    public let deadline: Timestamp
    /// The account's number in the daemon: never given to another account.
    public let number: AccountID
    /// The account's number at a target that has such numbers, as the daemon knows it; nil when it does not, and then only the name counts.
    public let uid: UInt32?

    /// Describes an order.
    public init(
        id: OrderID, operation: WritebackOperation, account: AccountName, password: Secret?, deadline: Timestamp,
        number: AccountID, uid: UInt32?
    ) {
        self.id = id
        self.operation = operation
        self.account = account
        self.password = password
        self.deadline = deadline
        self.number = number
        self.uid = uid
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case id = 1
        case operation = 2
        case account = 3
        case password = 4
        case deadline = 5
        case number = 6
        case uid = 7
    }
}

/// Says what became of an order.
public enum ReportWriteback: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0704, name: "agents.reportWriteback",
        access: .roles(.writeback), audit: .nothing(reason: "the waiting call settles the order and audits it"),
        cost: .memory, summary: "Says what became of an order; a late report is refused.")

    /// Which order and what became of it.
    public struct Request: Codable, Hashable, Sendable {
        /// The order.
        public let id: OrderID
        /// What became of it.
        public let outcome: WritebackOutcome
        /// Why the target refused, when nothing has changed.
        public let refusal: WritebackRefusal?
        /// The target's own words: printable, at most 256 bytes.
        public let text: String?

        /// Reports an order.
        public init(id: OrderID, outcome: WritebackOutcome, refusal: WritebackRefusal? = nil, text: String? = nil) {
            self.id = id
            self.outcome = outcome
            self.refusal = refusal
            self.text = text
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case id = 1
            case outcome = 2
            case refusal = 3
            case text = 4
        }
    }

    /// Noted.
    public typealias Reply = Empty
}
