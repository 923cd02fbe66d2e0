public import SSPRVocabulary

/// The way back from a new password that its owner did not choose: a code in every mail that tells of it (feature F4).
///
/// Whoever took an account over reads one of its mailboxes or phones, but seldom all. One mailbox more is enough to stop it.
public struct PasswordUndo: Sendable {
    let world: Surroundings
    let notices: Notices
    let endings: RecoveryEndings

    /// Makes a code for the change that the caller's transaction writes; nil where there are none, or too many changes wait already.
    ///
    /// The oldest are kept: who changes a password again and again must not push out the code that leads back to before the first time.
    func issue(
        _ tx: any Transaction, _ account: AccountRow, restoring previous: Verifier?
    ) throws -> NoticeCode? {
        let now = world.now
        let life = try world.policy(for: account.id, in: tx).undoLife
        guard life > .seconds(0), try tx.undoCount(of: account.id, at: now) < Throttles.undos else { return nil }
        let code = OneTimeCode(.recoveryCode, random: world.ambient.random(OneTimeCode.Written.recoveryCode.rawValue))
        try tx.insert(
            UndoRow(code: hash(code), account: account.id, changedAt: now, expiresAt: now + life, previous: previous),
            now: now)
        return NoticeCode(code: code, expiresAt: now + life)
    }

    /// Takes a new password back, and with it all that came after; true when the one from before is in force again.
    ///
    /// Every method goes out of use, since whoever proved them did so with one of them; whatever was under way is void, and every other
    /// global administrator is told. Nobody gets in by this: the code proves that a mailbox is read, not who reads it.
    public func undo(_ name: AccountName, _ code: OneTimeCode, by actor: EventActor) throws -> Bool {
        let undone: Result<Bool, Refusal> = try world.commit { tx in
            // An invented code finds nothing and leaves nothing, like an invented grant.
            guard let undo = try tx.undo(code: hash(code)) else { return .failure(.refused) }
            guard let account = try tx.account(undo.account), account.name == name, undo.expiresAt > world.now else {
                let mention = world.mention(try tx.account(named: name), named: name)
                try tx.append(
                    AuditEvent(
                        .passwordUndone, .refused, at: world.now, by: actor, account: mention.account,
                        pseudonym: mention.pseudonym, reason: undo.expiresAt > world.now ? .wrongSecret : .expired))
                return .failure(.refused)
            }
            try freeze(tx, account, by: actor)
            // A verifier at an account with a target would be none: there the directory decides.
            let previous = account.target == nil ? undo.previous : nil
            if let previous { try PasswordHistory(world: world).restore(previous, of: account.id, in: tx) }
            try tx.removeUndos(of: account.id, since: undo.changedAt)
            try tx.append(AuditEvent(.passwordUndone, .succeeded, at: world.now, by: actor, account: account.name))
            try notices.tell(tx, account, .passwordUndone)
            try notices.tellGlobalAdministrators(tx, .takeoverReported, about: account)
            return .success(previous != nil)
        }
        world.bell.ring(.deliveries)
        return try undone.get()
    }

    /// Ends whatever is under way for an account and puts all its methods out of use.
    private func freeze(_ tx: any Transaction, _ account: AccountRow, by actor: EventActor) throws {
        try endings.voidAll(tx, of: account, because: .disputed, by: actor)
        for var method in try tx.methods(of: account.id) where !method.isDisabled {
            method.isDisabled = true
            try tx.update(method)
            try tx.append(
                AuditEvent(
                    .methodDisabled, .succeeded, at: world.now, by: actor, account: account.name, method: method.kind,
                    reason: .disputed))
        }
    }

    private func hash(_ code: OneTimeCode) -> [UInt8] {
        world.tags.tag(.code, code.secret, context: Array("undo".utf8))
    }
}
