/// What happened; one spelling everywhere: trail, command line, specification (feature F10).
public enum EventKind: String, WireChoice, Hashable {
    case daemonStarted = "daemon.started"
    case daemonStopped = "daemon.stopped"
    /// The state that was opened is not the newest that this host has seen; what it may have revived is void.
    case stateRestored = "state.restored"
    /// The machine's wall clock was set; `shift` says by how much.
    case clockJumped = "clock.jumped"
    case accountAdded = "account.added"
    case accountEnabled = "account.enabled"
    case accountDisabled = "account.disabled"
    case accountRemoved = "account.removed"
    /// An administrator forgot its wrong proofs, and lifted the block that they had made.
    case accountUnblocked = "account.unblocked"
    case groupAdded = "group.added"
    case groupRemoved = "group.removed"
    case groupJoined = "group.joined"
    case groupLeft = "group.left"
    case licenceAdded = "licence.added"
    case licenceAssigned = "licence.assigned"
    case licenceUnassigned = "licence.unassigned"
    case passIssued = "pass.issued"
    case accountLanguageSet = "account.languageSet"
    case questionAdded = "question.added"
    case questionRetired = "question.retired"
    /// A version of the policy came into force, or was refused.
    case policyApplied = "policy.applied"
    /// A version that was to come into force later never will; `superseded` when another one overtook it.
    case policyCancelled = "policy.cancelled"
    /// One field of the policy has another value since that version.
    case policyChanged = "policy.changed"
    /// The configuration file was read again and came into force, or was refused.
    case configurationReloaded = "configuration.reloaded"
    /// One key of the configuration has another value since then.
    case configurationChanged = "configuration.changed"
    case signInAnswered = "signin.answered"
    case signInLocked = "signin.locked"
    case passwordChanged = "password.changed"
    case registrationProven = "registration.proven"
    case registrationBegun = "registration.begun"
    case devicePaired = "device.paired"
    case methodRegistered = "method.registered"
    case methodRemoved = "method.removed"
    case methodDisabled = "method.disabled"
    /// The owner has looked at the contacts and said that they are still right.
    case contactsReviewed = "contacts.reviewed"
    /// The owner was sent a reminder to register or to look again; `unavailable` when there was nowhere to send it.
    case accountReminded = "account.reminded"
    /// The help desk began to make sure who is calling.
    case callerAsked = "helpdesk.asked"
    /// Whoever called is the account's owner.
    case callerVerified = "helpdesk.verified"
    case recoveryBegun = "recovery.begun"
    case proofRequested = "proof.requested"
    case proofAnswered = "proof.answered"
    case approvalAnswered = "approval.answered"
    case recoveryGranted = "recovery.granted"
    case recoveryBlocked = "recovery.blocked"
    /// It was ended by its peer, on its owner's device, or by something that made it void; the reason says which.
    case recoveryCancelled = "recovery.cancelled"
    /// Its time was over before it came to anything; `step` says how far it had come.
    case recoveryAbandoned = "recovery.abandoned"
    /// What it was proven for did not work, or nobody knows (`unknown`), and it does not go on.
    case recoveryFailed = "recovery.failed"
    case passwordReset = "password.reset"
    /// A new password was taken back with the code of its notice.
    case passwordUndone = "password.undone"
    case accountUnlocked = "account.unlocked"
    case writebackOrdered = "writeback.ordered"
    case writebackSettled = "writeback.settled"
    case deliveryTaken = "delivery.taken"
    case deliverySettled = "delivery.settled"
    case budgetSpent = "budget.spent"
    /// Of a recovery its owner was told only where its code had gone (`unavailable`), or nowhere (`failed`).
    case noticeMissed = "notice.missed"
}

/// How it ended.
public enum EventOutcome: String, WireChoice, Hashable {
    /// It was done.
    case succeeded
    /// The proof, code, handle or grant was wrong, expired or for something else.
    case refused
    /// It was right but had been used before.
    case used
    /// A limit was reached; nothing was compared.
    case throttled
    /// What it needs was not there; nothing has changed.
    case unavailable
    /// It was tried and did not work.
    case failed
    /// It was tried and nobody knows whether it worked.
    case unknown
}

/// Why, where the outcome alone does not say it; a closed set, so that no text of a peer enters the trail.
public enum EventReason: String, WireChoice, Hashable {
    case unknownAccount
    case disabledAccount
    case unregisteredAccount
    case unlicensedAccount
    case unselectedAccount
    case noSeat
    case lockedOut
    case wrongSecret
    case expired
    case superseded
    case notOffered
    case foreignPeer
    case notRegisteredYet
    case passwordPolicy
    case tooManyMessages
    case targetUnavailable
    case targetRefused
    case crashed
    case relayRefused
    case unconfirmed
    case denied
    case unknownRecipient
    case relayBusy
    case unreachable
    case timedOut
    case badCertificate
    case badLogin
    case misconfigured
    case noTransport
    case noCourier
    case noRecipient
    case outOfUse
    case unreadable
    case unclear
    case disputed
    /// More accounts would lose recovery than are tolerated.
    case manyLose
    case unverified
    /// Records that this host has seen are missing.
    case olderState
    /// The records are not those that this host has seen.
    case foreignState
    /// This host has seen no records at all.
    case unknownState
    /// The wall clock was set forward.
    case clockAhead
    /// The wall clock was set back.
    case clockBehind
    /// The configuration file, or a file that it names, is not good.
    case badConfiguration
    /// The configuration file changes what only a restart can change.
    case needsRestart
}

/// Who made a call: numbers from the kernel, never text of the peer (attack D1).
public struct EventActor: Codable, Hashable, Sendable {
    /// The peer's uid; the daemon's own for what it does by itself.
    public let uid: UInt32
    /// In which role the call was made; nil for the daemon itself.
    public let role: PeerRole?

    /// Names a peer in a role.
    public init(uid: UInt32, role: PeerRole?) {
        self.uid = uid
        self.role = role
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case uid = 1
        case role = 2
    }
}

/// One thing that happened, with typed fields only: no code, answer, password or full address can be put into it.
public struct AuditEvent: Codable, Hashable, Sendable {
    /// What happened.
    public var kind: EventKind
    /// How it ended.
    public var outcome: EventOutcome
    /// When, by the daemon's clock.
    public var at: Timestamp
    /// Who made the call.
    public var actor: EventActor
    /// The account concerned, when there is one.
    public var account: AccountName?
    /// A keyed hash in hexadecimal of a name that is no account's: people type passwords into name fields.
    public var pseudonym: Pseudonym?
    /// The recovery concerned.
    public var recovery: RecoveryID?
    /// The kind of method concerned.
    public var method: MethodKind?
    /// Why.
    public var reason: EventReason?
    /// The write-back target concerned.
    public var target: TargetName?
    /// The message concerned.
    public var delivery: DeliveryID?
    /// The number of the security question concerned; never its text or an answer.
    public var question: UInt32?
    /// The group concerned.
    public var group: GroupName?
    /// The licence plan concerned.
    public var plan: PlanName?
    /// The version of the policy concerned.
    public var policy: UInt32?
    /// What it changes of one field.
    public var change: PolicyChange?
    /// By how many milliseconds the wall clock was set, forward or back as the reason says.
    public var shift: UInt64?
    /// How many records are missing.
    public var missing: UInt64?
    /// How far a recovery had come.
    public var step: RecoveryStep?
    /// From when that holds, where it is not at once.
    public var effectiveAt: Timestamp?

    /// Describes one event; everything but kind, outcome, time and actor is optional.
    public init(
        _ kind: EventKind, _ outcome: EventOutcome, at: Timestamp, by actor: EventActor, account: AccountName? = nil,
        pseudonym: Pseudonym? = nil, recovery: RecoveryID? = nil, method: MethodKind? = nil, reason: EventReason? = nil,
        target: TargetName? = nil, delivery: DeliveryID? = nil, question: UInt32? = nil, group: GroupName? = nil,
        plan: PlanName? = nil, policy: UInt32? = nil, change: PolicyChange? = nil, shift: UInt64? = nil,
        missing: UInt64? = nil, step: RecoveryStep? = nil,
        effectiveAt: Timestamp? = nil
    ) {
        self.kind = kind
        self.outcome = outcome
        self.at = at
        self.actor = actor
        self.account = account
        self.pseudonym = pseudonym
        self.recovery = recovery
        self.method = method
        self.reason = reason
        self.target = target
        self.delivery = delivery
        self.question = question
        self.group = group
        self.plan = plan
        self.policy = policy
        self.change = change
        self.shift = shift
        self.missing = missing
        self.step = step
        self.effectiveAt = effectiveAt
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case kind = 1
        case outcome = 2
        case at = 3
        case actor = 4
        case account = 5
        case pseudonym = 6
        case recovery = 7
        case method = 8
        case reason = 9
        case target = 10
        case delivery = 11
        case question = 17
        case group = 27
        case plan = 28
        case policy = 41
        case change = 42
        case shift = 45
        case missing = 46
        case step = 47
        case effectiveAt = 51
    }
}

/// A keyed hash that stands for a name without telling it: 16 hexadecimal digits.
public struct Pseudonym: Sendable {
    /// The digits.
    public let text: String

    /// Writes the first eight bytes of a keyed hash.
    public init(hash: [UInt8]) {
        let digits = Array("0123456789abcdef")
        text = String(hash.prefix(8).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// Accepts 16 lower-case hexadecimal digits; throws `WordError` otherwise.
    public init(_ text: String) throws {
        guard text.utf8.count == 16, text.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
            throw WordError("pseudonym", Self.form)
        }
        self.text = text
    }

    private static let form = "16 lower-case hexadecimal digits"
}

extension Pseudonym: TextWord {
    /// Text of 16 bytes.
    public static var wireShape: WireShape { .text(bytes: 16...16, form: form) }
    /// Sixteen zeros.
    public static var wireSample: Pseudonym { Pseudonym(hash: [UInt8](repeating: 0, count: 8)) }
}
