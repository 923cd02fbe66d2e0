public import SSPRVocabulary

/// Sealed bytes: only the sealer, with the right key and the same row identity, can open them.
public struct Sealed: Sendable, Equatable {
    /// Which key sealed it.
    public let key: UInt32
    /// Nonce, ciphertext and tag.
    public let bytes: [UInt8]

    /// Joins a key's number and what it sealed.
    public init(key: UInt32, bytes: [UInt8]) {
        self.key = key
        self.bytes = bytes
    }
}

/// A registered method.
public struct MethodRow: Sendable, Equatable {
    /// Drawn at random; part of the sealed payload's identity.
    public let id: MethodID
    /// Whose it is.
    public let account: AccountID
    /// What kind.
    public let kind: MethodKind
    /// An address, a number, a seed, a device's key; empty for questions.
    public var payload: Sealed
    /// When it was confirmed.
    public let confirmedAt: Timestamp
    /// From when it may be used for recovery (feature F3: a new contact cools off).
    public var usableFrom: Timestamp
    /// TOTP: the last accepted time step; only grows (RFC 6238 section 5.2).
    public var floor: UInt64
    /// True after too many failures in a row (`CounterKind.method`): must be confirmed again.
    public var isDisabled: Bool
    /// When its owner last said that it is right: when it was confirmed, or at a review since.
    public var reviewedAt: Timestamp
    /// True while only an administrator has said that it is theirs: it counts, and its owner's first code confirms it.
    public var isPrefilled: Bool

    /// Describes a method.
    public init(
        id: MethodID, account: AccountID, kind: MethodKind, payload: Sealed, confirmedAt: Timestamp,
        usableFrom: Timestamp,
        floor: UInt64, isDisabled: Bool, reviewedAt: Timestamp? = nil, isPrefilled: Bool = false
    ) {
        self.id = id
        self.account = account
        self.kind = kind
        self.payload = payload
        self.confirmedAt = confirmedAt
        self.usableFrom = usableFrom
        self.floor = floor
        self.isDisabled = isDisabled
        self.reviewedAt = reviewedAt ?? confirmedAt
        self.isPrefilled = isPrefilled
    }
}

/// One registered answer.
public struct AnswerRow: Sendable, Equatable {
    /// The questions method that it belongs to.
    public let method: MethodID
    /// The question's number in the catalogue.
    public let question: UInt32
    /// The normalised, peppered answer's slow hash.
    public let verifier: Verifier

    /// Describes an answer.
    public init(method: MethodID, question: UInt32, verifier: Verifier) {
        self.method = method
        self.question = question
        self.verifier = verifier
    }
}

/// The right to change methods for ten minutes, after a fresh proof.
public struct RegistrationRow: Sendable, Equatable {
    /// Keyed hash of the handle.
    public let handle: [UInt8]
    /// Whose methods.
    public let account: AccountID
    /// The peer that may use it.
    public let peer: UInt32
    /// Until when.
    public internal(set) var expiresAt: Timestamp
    /// True when a registered method was proven as well as the password: may remove methods (attack A11).
    public var isFull: Bool
    /// The version of the policy under which it began.
    public let policy: UInt32
    /// The groups whose sections counted when it began.
    public let scopes: [GroupName]

    /// Describes a registration under way.
    public init(
        handle: [UInt8], account: AccountID, peer: UInt32, expiresAt: Timestamp, isFull: Bool, policy: UInt32 = 0,
        scopes: [GroupName] = []
    ) {
        self.handle = handle
        self.account = account
        self.peer = peer
        self.expiresAt = expiresAt
        self.isFull = isFull
        self.policy = policy
        self.scopes = scopes
    }
}

/// A method that waits for its confirmation.
public struct EnrolmentRow: Sendable, Equatable {
    /// Drawn at random; part of the sealed payload's identity.
    public let id: EnrolmentID
    /// Keyed hash of the registration's handle.
    public let registration: [UInt8]
    /// Whose it will be.
    public let account: AccountID
    /// What kind.
    public let kind: MethodKind
    /// An address, a number, a seed; a device's pairing secret and, once it has come, its key.
    public var payload: Sealed
    /// Keyed hash of the code that was sent; nil for kinds that are sent none.
    public var code: [UInt8]?
    /// Wrong tries.
    public var tries: UInt32
    /// When it began, and its code was sent.
    public internal(set) var begunAt: Timestamp
    /// Until when.
    public internal(set) var expiresAt: Timestamp

    /// Describes a method under way.
    public init(
        id: EnrolmentID, registration: [UInt8], account: AccountID, kind: MethodKind, payload: Sealed, code: [UInt8]?,
        tries: UInt32, begunAt: Timestamp, expiresAt: Timestamp
    ) {
        self.id = id
        self.registration = registration
        self.account = account
        self.kind = kind
        self.payload = payload
        self.code = code
        self.tries = tries
        self.begunAt = begunAt
        self.expiresAt = expiresAt
    }
}

/// Reads methods and registrations under way.
public protocol MethodSnapshot {
    /// All methods of an account, oldest first.
    func methods(of account: AccountID) throws -> [MethodRow]
    /// The first account that has a method, in the order of the numbers, at or after `place`.
    func accountWithMethods(from place: AccountID) throws -> AccountID?
    /// One method.
    func method(_ id: MethodID) throws -> MethodRow?
    /// The answers of a questions method, in the order of the question numbers.
    func answers(of method: MethodID) throws -> [AnswerRow]
    /// The registration under a handle's keyed hash.
    func registration(handle: [UInt8]) throws -> RegistrationRow?
    /// One method under way.
    func enrolment(_ id: EnrolmentID) throws -> EnrolmentRow?
    /// The methods under way of one registration, in the order of their ids.
    func enrolments(of registration: [UInt8]) throws -> [EnrolmentRow]
}

/// Changes methods and registrations under way.
public protocol MethodTransaction {
    /// Adds a method.
    func insert(_ method: MethodRow) throws
    /// Writes all fields of an existing method.
    func update(_ method: MethodRow) throws
    /// Removes a method with its answers.
    func remove(_ method: MethodID) throws
    /// Adds an answer.
    func insert(_ answer: AnswerRow) throws
    /// Adds a registration and forgets those that expired before `now`, with their enrolments.
    func insert(_ registration: RegistrationRow, now: Timestamp) throws
    /// Writes all fields of an existing registration.
    func update(_ registration: RegistrationRow) throws
    /// Removes every registration of an account, with its enrolments.
    func removeRegistrations(of account: AccountID) throws
    /// Adds a method under way.
    func insert(_ enrolment: EnrolmentRow) throws
    /// Writes all fields of an existing enrolment.
    func update(_ enrolment: EnrolmentRow) throws
    /// Removes a method under way.
    func remove(_ enrolment: EnrolmentID) throws
}
