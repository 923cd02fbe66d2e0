public import SSPRVocabulary

/// Sets a new password once a recovery is proven.
public enum ResetPassword: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0304, name: "recovery.reset",
        access: .rolesOrHolder(.helper),
        audit: .events([
            .passwordReset, .recoveryCancelled, .recoveryFailed, .writebackOrdered, .writebackSettled, .budgetSpent,
            .noticeMissed,
        ]),
        cost: .hashing, summary: "Sets a new password with a grant, which is spent by it.")

    /// The grant and the password.
    public struct Request: Codable, Sendable {
        /// The account, which must be the grant's.
        public let account: AccountName
        /// The right to finish.
        public let grant: RecoveryGrant
        /// The new password's UTF-8.
        public let password: Secret

        /// Asks for a reset.
        public init(account: AccountName, grant: RecoveryGrant, password: Secret) {
            self.account = account
            self.grant = grant
            self.password = password
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case account = 1
            case grant = 2
            case password = 3
        }
    }

    /// The new password is in force.
    public typealias Reply = Empty
}

/// Clears an account's lockout once a recovery is proven; the password stays.
public enum UnlockAccount: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0305, name: "recovery.unlock",
        access: .rolesOrHolder(.helper),
        audit: .events([
            .accountUnlocked, .recoveryFailed, .writebackOrdered, .writebackSettled, .budgetSpent, .noticeMissed,
        ]),
        cost: .store, summary: "Clears the sign-in lockout with a grant, which is spent by it.")

    /// The grant.
    public struct Request: Codable, Sendable {
        /// The account, which must be the grant's.
        public let account: AccountName
        /// The right to finish.
        public let grant: RecoveryGrant

        /// Asks for an unlock.
        public init(account: AccountName, grant: RecoveryGrant) {
            self.account = account
            self.grant = grant
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case account = 1
            case grant = 2
        }
    }

    /// The account is unlocked.
    public typealias Reply = Empty
}

/// Ends a recovery.
public enum CancelRecovery: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0306, name: "recovery.cancel",
        access: .rolesOrHolder(.helper), audit: .events([.recoveryCancelled]),
        cost: .store, summary: "Ends a recovery.")

    /// Which recovery.
    public struct Request: Codable, Sendable {
        /// The recovery.
        public let handle: RecoveryHandle

        /// Asks to end a recovery.
        public init(handle: RecoveryHandle) { self.handle = handle }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case handle = 1
        }
    }

    /// The recovery has ended.
    public typealias Reply = Empty
}
