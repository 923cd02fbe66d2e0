public import SSPRVocabulary

/// Takes back a new password that its owner did not choose (feature F4).
public enum UndoPassword: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0308, name: "recovery.undo",
        access: .rolesOrHolder(.helper),
        audit: .events([.passwordUndone, .recoveryCancelled, .methodDisabled, .budgetSpent, .noticeMissed]),
        cost: .store,
        summary: "Takes back a new password with the code of its notice, and puts every method out of use.")

    /// Whose password, and the code of its notice.
    public struct Request: Codable, Sendable {
        /// The account, which must be the code's.
        public let account: AccountName
        /// The code that the notice of the new password carries.
        public let code: OneTimeCode

        /// Asks to take a new password back.
        public init(account: AccountName, code: OneTimeCode) {
            self.account = account
            self.code = code
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case account = 1
            case code = 2
        }
    }

    /// The account is frozen.
    public struct Reply: Codable, Sendable {
        /// True when the password from before is in force again; false where a directory holds it, which an administrator must ask.
        public let isRestored: Bool

        /// Says what became of the password.
        public init(isRestored: Bool) { self.isRestored = isRestored }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case isRestored = 1
        }
    }
}
