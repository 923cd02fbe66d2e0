public import SSPRVocabulary

/// Sets or clears the language that an account's owner reads.
public enum SetAccountLanguage: Call {
    /// The declaration.
    ///
    /// Not for the owner: who sits at an unlocked terminal has shown no password, and could make warnings unreadable (decision 0017).
    public static let declaration = CallDeclaration<Request>(
        method: 0x0506, name: "accounts.language",
        access: .roles(.administrator), audit: .events([.accountLanguageSet]),
        cost: .store, summary: "Sets or clears the language of an account's messages and questions.")

    /// Which account and language.
    public struct Request: Codable, Hashable, Sendable {
        /// The account.
        public let account: AccountName
        /// The language; without it, the default of courier and daemon.
        public let language: LanguageTag?

        /// Asks to set or clear a language.
        public init(account: AccountName, language: LanguageTag?) {
            self.account = account
            self.language = language
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case account = 1
            case language = 2
        }
    }

    /// Done.
    public typealias Reply = Empty
}
