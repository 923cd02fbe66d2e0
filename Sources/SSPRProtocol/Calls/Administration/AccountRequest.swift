public import SSPRVocabulary

/// A call about one account.
public struct AccountRequest: Codable, Hashable, Sendable {
    /// The account.
    public let account: AccountName

    /// Names an account.
    public init(account: AccountName) { self.account = account }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case account = 1
    }
}
