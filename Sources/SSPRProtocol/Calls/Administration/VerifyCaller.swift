import SSPRVocabulary

/// Begins to make sure for the help desk that a caller is the account's owner.
public enum VerifyCaller: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0530, name: "helpdesk.verify",
        access: .roles(.administrator, .helpdesk), audit: .events([.callerAsked]),
        cost: .store,
        summary:
            "Begins to make sure who is calling: goes on with recovery.send and recovery.answer. For 15 minutes after its end the peer that began may issue the account a pass."
    )

    /// Whose owner the caller says they are.
    public typealias Request = AccountRequest

    /// What can be sent or asked; no methods when nothing is registered that would do.
    public typealias Reply = BeginRecovery.Reply
}
