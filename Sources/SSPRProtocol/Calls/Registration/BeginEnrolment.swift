public import SSPRVocabulary

/// Begins to register a method.
public enum BeginEnrolment: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0203, name: "registration.begin",
        access: .rolesOrHolder(.helper), audit: .events([.registrationBegun, .budgetSpent]),
        cost: .store,
        summary:
            "Begins to register an email address or a phone (a code is sent), an app (its key is shown), a device (its pairing text is shown) or recovery codes (which are shown)."
    )

    /// Which method.
    public struct Request: Codable, Sendable {
        /// The registration.
        public let handle: RegistrationHandle
        /// What kind.
        ///
        /// Questions are confirmed at once with `registration.answers`.
        public let kind: MethodKind
        /// The address or number; for kinds that are one.
        public let contact: Contact?
        /// How the code travels; without it, the kind's usual channel: `email`, `sms` for a mobile phone, `voice` for an office phone.
        public let channel: DeliveryChannel?

        /// Asks to register a method.
        public init(
            handle: RegistrationHandle, kind: MethodKind, contact: Contact? = nil, channel: DeliveryChannel? = nil
        ) {
            self.handle = handle
            self.kind = kind
            self.contact = contact
            self.channel = channel
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case handle = 1
            case kind = 2
            case contact = 3
            case channel = 4
        }
    }

    /// What comes next.
    public struct Reply: Codable, Sendable {
        /// Names the method under way.
        public let enrolment: EnrolmentID
        /// Until when its code is awaited.
        public let expiresAt: Timestamp
        /// For an app: the key, 20 bytes, shown once.
        public let key: Secret?
        /// For a device: what it must know to be paired, shown once.
        public let pairing: PairingInvitation?
        /// Ten recovery codes of 28 characters, shown once; any of them confirms that they are kept, and stays good.
        public let codes: [OneTimeCode]?

        /// Describes a method under way.
        public init(
            enrolment: EnrolmentID, expiresAt: Timestamp, key: Secret?, pairing: PairingInvitation? = nil,
            codes: [OneTimeCode]? = nil
        ) {
            self.enrolment = enrolment
            self.expiresAt = expiresAt
            self.key = key
            self.pairing = pairing
            self.codes = codes
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case enrolment = 1
            case expiresAt = 2
            case key = 3
            case pairing = 4
            case codes = 5
        }
    }
}

/// Confirms a method with its first right code.
public enum ConfirmEnrolment: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0204, name: "registration.confirm",
        access: .rolesOrHolder(.helper), audit: .events([.methodRegistered]),
        cost: .store,
        summary:
            "Registers a method with the code that was sent, or that the app or the device shows, or with a recovery code."
    )

    /// The proof that the method works.
    public struct Request: Codable, Sendable {
        /// The registration.
        public let handle: RegistrationHandle
        /// The method under way.
        public let enrolment: EnrolmentID
        /// The code.
        public let code: OneTimeCode

        /// Confirms a method.
        public init(handle: RegistrationHandle, enrolment: EnrolmentID, code: OneTimeCode) {
            self.handle = handle
            self.enrolment = enrolment
            self.code = code
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case handle = 1
            case enrolment = 2
            case code = 3
        }
    }

    /// The method is registered.
    public struct Reply: Codable, Hashable, Sendable {
        /// Its number.
        public let method: MethodID
        /// How many more methods of other classes are needed to recover.
        public let missing: UInt32

        /// Describes a new method.
        public init(method: MethodID, missing: UInt32) {
            self.method = method
            self.missing = missing
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case method = 1
            case missing = 2
        }
    }
}

/// Registers security questions with their answers, in the place of those before.
public enum RegisterAnswers: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0205, name: "registration.answers",
        access: .rolesOrHolder(.helper), audit: .events([.methodRegistered]),
        cost: .hashing, requestLimit: 8192,
        summary: "Registers security questions with their answers, in the place of those before.")

    /// The answers.
    public struct Request: Codable, Sendable {
        /// The registration.
        public let handle: RegistrationHandle
        /// As many different questions as `registration.describe` says, with answers of 3 to 40 characters, no two alike, none part of its question.
        public let answers: [Answer]

        /// Registers answers.
        public init(handle: RegistrationHandle, answers: [Answer]) {
            self.handle = handle
            self.answers = answers
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case handle = 1
            case answers = 2
        }
    }

    /// The questions are registered.
    public typealias Reply = ConfirmEnrolment.Reply
}

/// Removes a method; needs a registration that was opened with a second proof.
public enum RemoveMethod: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0206, name: "registration.remove",
        access: .rolesOrHolder(.helper), audit: .events([.methodRemoved]),
        cost: .store, summary: "Removes a method; needs a registration that was opened with a second proof.")

    /// Which method.
    public struct Request: Codable, Sendable {
        /// The registration.
        public let handle: RegistrationHandle
        /// The method.
        public let method: MethodID

        /// Asks to remove a method.
        public init(handle: RegistrationHandle, method: MethodID) {
            self.handle = handle
            self.method = method
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case handle = 1
            case method = 2
        }
    }

    /// The method is gone.
    public struct Reply: Codable, Hashable, Sendable {
        /// How many more methods of other classes are needed to recover.
        public let missing: UInt32

        /// Says how many methods are missing.
        public init(missing: UInt32) { self.missing = missing }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case missing = 1
        }
    }
}
