import SSPRVocabulary

/// The passwords that an account has had: a new one must be none of the last of them (feature F4).
///
/// Each comparison is a slow hash, so it is made outside a transaction and after the proof; the transaction that sets the new password
/// looks whether what it was compared with is still what is there.
struct PasswordHistory: Sendable {
    let world: Surroundings

    /// What a new password was compared with.
    struct Compared: Sendable {
        let current: Verifier?
        let former: [Verifier]
        /// True when it is the current one again, and may be.
        let isSame: Bool
    }

    /// How many former passwords count.
    private func remembered(by account: AccountID, _ tx: any Snapshot) throws -> Int {
        try world.policy(for: account, in: tx).rememberedPasswords
    }

    /// Compares a new password with the account's last ones, one slow hash each.
    ///
    /// `judge` gets the verifier in force and says whether this is the same password again, or throws. Throws
    /// `Refusal.password(.usedBefore)`, `HasherBusy`.
    func compare(
        _ password: Secret, of account: AccountID, _ judge: (Verifier?) throws -> Bool
    ) throws -> Compared {
        let (current, former) = try world.store.read { tx in
            (
                try tx.passwordVerifier(of: account),
                try tx.formerVerifiers(of: account, limit: remembered(by: account, tx))
            )
        }
        let isSame = try judge(current)
        // The same again replaces nothing, so what came before it says nothing against it.
        if !isSame, try former.contains(where: { try world.hasher.verify(password, against: $0) }) {
            throw Refusal.password(.usedBefore)
        }
        return Compared(current: current, former: former, isSame: isSame)
    }

    /// True while the account has the passwords that were compared, and no other.
    func stillHolds(_ compared: Compared, of account: AccountID, in tx: any Transaction) throws -> Bool {
        try tx.passwordVerifier(of: account) == compared.current
            && tx.formerVerifiers(of: account, limit: remembered(by: account, tx)) == compared.former
    }

    /// Keeps what was the current password, and no more former ones than the policy says.
    func remember(_ compared: Compared, of account: AccountID, in tx: any Transaction) throws {
        if let replaced = compared.current, !compared.isSame { try tx.addFormerVerifier(replaced, of: account) }
        try tx.removeFormerVerifiers(of: account, keeping: remembered(by: account, tx))
    }

    /// Puts a password from before into force again; the one that it replaces counts as one that was.
    func restore(_ verifier: Verifier, of account: AccountID, in tx: any Transaction) throws {
        if let replaced = try tx.passwordVerifier(of: account) { try tx.addFormerVerifier(replaced, of: account) }
        try tx.removeFormerVerifiers(of: account, keeping: remembered(by: account, tx))
        try tx.setPasswordVerifier(verifier, of: account)
    }
}
