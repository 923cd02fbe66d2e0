import SSPRVocabulary

/// Removes an account with everything that was its own.
public enum RemoveAccount: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x050e, name: "accounts.remove",
        access: .roles(.administrator), audit: .events([.accountRemoved, .recoveryCancelled]),
        cost: .store, summary: "Removes an account and all that was its own; the trail keeps what was done with it.")

    /// Which account.
    public typealias Request = AccountRequest

    /// Done.
    public typealias Reply = Empty
}
