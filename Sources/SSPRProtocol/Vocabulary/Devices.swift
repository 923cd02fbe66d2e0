/// What a pairing text holds: all that a device needs to become a method of one account.
///
/// The text is `SSPR1:` and the base32 (RFC 4648 section 6, no padding) of this map's encoding.
public struct PairingInvitation: Codable, Sendable {
    /// The daemon's state.
    public let instance: InstanceID
    /// The host that it runs on.
    public let host: HostName
    /// Whose method it will be.
    public let account: AccountName
    /// The method under way; once it is registered, the device's number.
    public let enrolment: EnrolmentID
    /// Known to the terminal that shows it and to the device that reads it; never sent back.
    public let secret: PairingSecret
    /// Until when.
    public let expiresAt: Timestamp

    /// Describes an invitation.
    public init(
        instance: InstanceID, host: HostName, account: AccountName, enrolment: EnrolmentID, secret: PairingSecret,
        expiresAt: Timestamp
    ) {
        self.instance = instance
        self.host = host
        self.account = account
        self.enrolment = enrolment
        self.secret = secret
        self.expiresAt = expiresAt
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case instance = 1
        case host = 2
        case account = 3
        case enrolment = 4
        case secret = 5
        case expiresAt = 6
    }
}

/// What a statement is for: the first field of each, so that no signature can be taken for one over something else.
public enum StatementUse: String, WireChoice, Hashable {
    /// Signed by the device, and under the pairing secret: this key is mine.
    case pairing = "sspr pairing 1"
    /// Under the pairing secret: the code that the device shows.
    case pairingCode = "sspr pairing code 1"
    /// Signed by the device: show me what waits for me.
    case listing = "sspr listing 1"
    /// Signed by the device: I approve or deny exactly this.
    case approval = "sspr approval 1"
}

/// What a device signs, and proves under the pairing secret, when it is paired.
public struct PairingStatement: Codable, Sendable {
    let use: StatementUse
    let instance: InstanceID
    let enrolment: EnrolmentID
    let key: DeviceKey
    let wakeAddress: WakeAddress?

    /// Says which key asks to become which method, and where it is woken.
    public init(
        _ use: StatementUse, instance: InstanceID, enrolment: EnrolmentID, key: DeviceKey,
        wakeAddress: WakeAddress? = nil
    ) {
        self.use = use
        self.instance = instance
        self.enrolment = enrolment
        self.key = key
        self.wakeAddress = wakeAddress
    }

    /// The keys of the encoding.
    public enum CodingKeys: Int, CodingKey {
        case use = 1
        case instance = 2
        case enrolment = 3
        case key = 4
        case wakeAddress = 5
    }
}

/// What a device signs when it asks for what waits for it.
public struct ListingStatement: Codable, Sendable {
    let use: StatementUse
    let instance: InstanceID
    let device: MethodID
    let at: Timestamp

    /// Says who asks, and when by the device's clock.
    public init(instance: InstanceID, device: MethodID, at: Timestamp) {
        use = .listing
        self.instance = instance
        self.device = device
        self.at = at
    }

    /// The keys of the encoding.
    public enum CodingKeys: Int, CodingKey {
        case use = 1
        case instance = 2
        case device = 3
        case at = 4
    }
}

/// Whether a device's owner wants what is asked.
public enum ApprovalDecision: String, WireChoice, Hashable {
    /// It was me: here is the number that my terminal shows.
    case approve
    /// It was not me.
    case deny
}

/// Names one question to a device.
public typealias ApprovalID = Identifier<RowKind.Approval>

/// A question to a device, as the device is shown it: all that its signature will cover, but for the number.
public struct ApprovalQuestion: Codable, Hashable, Sendable {
    /// Names the question.
    public let id: ApprovalID
    /// Makes it unlike every other.
    public let nonce: ApprovalNonce
    /// The daemon's state.
    public let instance: InstanceID
    /// The host that asks.
    public let host: HostName
    /// Whose recovery.
    public let account: AccountName
    /// Which recovery.
    public let recovery: RecoveryID
    /// What will be done.
    public let purpose: RecoveryPurpose
    /// The uid of the program that began it: a login service, a portal, the account itself.
    public let peer: UInt32
    /// When it was asked.
    public let askedAt: Timestamp
    /// Until when an answer counts.
    public let expiresAt: Timestamp

    /// Describes a question.
    public init(
        id: ApprovalID, nonce: ApprovalNonce, instance: InstanceID, host: HostName, account: AccountName,
        recovery: RecoveryID, purpose: RecoveryPurpose, peer: UInt32, askedAt: Timestamp, expiresAt: Timestamp
    ) {
        self.id = id
        self.nonce = nonce
        self.instance = instance
        self.host = host
        self.account = account
        self.recovery = recovery
        self.purpose = purpose
        self.peer = peer
        self.askedAt = askedAt
        self.expiresAt = expiresAt
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case id = 1
        case nonce = 2
        case instance = 3
        case host = 4
        case account = 5
        case recovery = 6
        case purpose = 7
        case peer = 8
        case askedAt = 9
        case expiresAt = 10
    }
}

/// What a device signs when it answers: the whole question, the decision and the number that was typed (attack B12).
public struct ApprovalStatement: Codable, Sendable {
    let use: StatementUse
    let question: ApprovalQuestion
    let decision: ApprovalDecision
    let number: UInt8?

    /// Says what is approved or denied; a denial has no number.
    public init(_ question: ApprovalQuestion, _ decision: ApprovalDecision, number: UInt8?) {
        use = .approval
        self.question = question
        self.decision = decision
        self.number = number
    }

    /// The keys of the encoding.
    public enum CodingKeys: Int, CodingKey {
        case use = 1
        case question = 2
        case decision = 3
        case number = 4
    }
}
