public import SSPRVocabulary

/// Opens a registration: the right to add methods for ten minutes, after a fresh proof.
public enum ProveRegistration: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0202, name: "registration.prove",
        access: .roles(.helper, orOwn: \.account),
        audit: .events([
            .registrationProven, .signInAnswered, .signInLocked, .methodDisabled, .recoveryBlocked, .budgetSpent,
        ]),
        cost: .hashing,
        summary:
            "Opens a registration for ten minutes: with the current password, and a second proof to remove methods; or with a temporary pass alone where no method is registered yet."
    )

    /// The proof.
    public struct Request: Codable, Sendable {
        /// The account.
        public let account: AccountName
        /// The current password's UTF-8; without it, `code` must be a temporary pass, and no method may be registered yet.
        public let password: Secret?
        /// A code of a registered app, a recovery code or a temporary pass: with it, methods may be removed and replaced too.
        public let code: OneTimeCode?
        /// In the place of a code: the grant of a recovery that was begun to `manage`.
        public let grant: RecoveryGrant?

        /// Proves an account.
        public init(
            account: AccountName, password: Secret?, code: OneTimeCode? = nil, grant: RecoveryGrant? = nil
        ) {
            self.account = account
            self.password = password
            self.code = code
            self.grant = grant
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case account = 1
            case password = 2
            case code = 3
            case grant = 4
        }
    }

    /// The registration.
    public struct Reply: Codable, Sendable {
        /// Stands for the registration in the calls that follow.
        public let handle: RegistrationHandle
        /// Until when.
        public let expiresAt: Timestamp

        /// Describes an open registration.
        public init(handle: RegistrationHandle, expiresAt: Timestamp) {
            self.handle = handle
            self.expiresAt = expiresAt
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case handle = 1
            case expiresAt = 2
        }
    }
}
