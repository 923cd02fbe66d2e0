import SSPRVocabulary

/// Lifts the block of an account's recovery.
public enum UnblockAccount: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0538, name: "accounts.unblock",
        access: .roles(.administrator), audit: .events([.accountUnblocked]),
        cost: .store, summary: "Forgets an account's wrong proofs, and with them the block of its recovery.")

    /// Which account.
    public typealias Request = AccountRequest

    /// Done.
    public typealias Reply = Empty
}
