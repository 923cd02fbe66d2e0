public import SSPRVocabulary

/// Begins a recovery: everybody is offered methods, known or not.
public enum BeginRecovery: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0301, name: "recovery.begin",
        access: .roles(.helper, orOwn: \.account), audit: .events([.recoveryBegun]),
        cost: .store, summary: "Begins a recovery and offers methods; an unknown account is offered stable decoys.")

    /// Whose account, and why.
    public struct Request: Codable, Hashable, Sendable {
        /// The account.
        public let account: AccountName
        /// To reset or to unlock.
        public let purpose: RecoveryPurpose

        /// Begins a recovery.
        public init(account: AccountName, purpose: RecoveryPurpose) {
            self.account = account
            self.purpose = purpose
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case account = 1
            case purpose = 2
        }
    }

    /// The recovery and what it offers.
    public struct Reply: Codable, Sendable {
        /// Stands for the recovery in the calls that follow.
        public let handle: RecoveryHandle
        /// Until when.
        public let expiresAt: Timestamp
        /// How many proofs of different classes are needed.
        public let proofsNeeded: UInt8
        /// The methods offered for the first proof.
        public let methods: [OfferedMethod]

        /// Describes a recovery.
        public init(handle: RecoveryHandle, expiresAt: Timestamp, proofsNeeded: UInt8, methods: [OfferedMethod]) {
            self.handle = handle
            self.expiresAt = expiresAt
            self.proofsNeeded = proofsNeeded
            self.methods = methods
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case handle = 1
            case expiresAt = 2
            case proofsNeeded = 3
            case methods = 4
        }
    }
}

/// A method as a recovery offers it.
public struct OfferedMethod: Codable, Hashable, Sendable {
    /// What to call it in this recovery.
    public let choice: UInt32
    /// Its kind.
    public let kind: MethodKind
    /// A masked address or number; nil for kinds that have none.
    public let hint: String?
    /// The channels that its code can be sent through, the usual one first; empty for kinds that are sent nothing.
    public let channels: [DeliveryChannel]
    /// True when the whole address or number must be given with `recovery.send` before anything is sent.
    public let confirmsContact: Bool

    /// Describes an offered method.
    public init(
        choice: UInt32, kind: MethodKind, hint: String?, channels: [DeliveryChannel] = [], confirmsContact: Bool = false
    ) {
        self.choice = choice
        self.kind = kind
        self.hint = hint
        self.channels = channels
        self.confirmsContact = confirmsContact
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case choice = 1
        case kind = 2
        case hint = 3
        case channels = 4
        case confirmsContact = 5
    }
}
