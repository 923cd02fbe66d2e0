import SSPRVocabulary

/// Sends the reminder to register, or to look at contacts again, to one account now.
public enum RemindAccount: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0507, name: "accounts.remind",
        access: .roles(.administrator), audit: .events([.accountReminded, .budgetSpent]),
        cost: .store, summary: "Sends the reminder to register, or to look at contacts again, to one account now.")

    /// Which account.
    public typealias Request = AccountRequest

    /// It is on its way.
    public struct Reply: Codable, Hashable, Sendable {
        /// To how many addresses and phones; 0 where the account has confirmed none, or has been told enough for now.
        public let messages: UInt32

        /// Says how many messages were queued.
        public init(messages: UInt32) { self.messages = messages }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case messages = 1
        }
    }
}
