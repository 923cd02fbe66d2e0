public import SSPRVocabulary

/// What the help desk may do: make sure who is calling, and issue a temporary pass; never choose a password (feature F4).
public struct HelpDesk: Sendable {
    let world: Surroundings
    let recovery: Recovery
    let passes: TemporaryPasses
    let notices: Notices
    let eligibility: EligibilityRules

    /// Begins to make sure who is calling; it goes on like a recovery, for 15 minutes.
    ///
    /// Throws `Refusal.notFound` for an account that is none, `Refusal.refused` for one that may not recover: the help desk is no stranger.
    public func verify(_ name: AccountName, by actor: EventActor) throws -> Recovery.Begun {
        try recovery.verify(name, by: actor)
    }

    /// Issues a pass in the place of the one before; it is shown here and never again, and its owner is told.
    ///
    /// Throws `Refusal.notFound` for an account that is none, and where passes are not in use; `Refusal.unverified` when nobody has made
    /// sure who is calling; `Refusal.refused` for an account that may not recover or have a pass, and when the help desk wants what an administrator may.
    public func issuePass(
        _ name: AccountName, minutes: UInt32?, isVouchedFor: Bool = false, by actor: EventActor
    ) throws -> (pass: OneTimeCode, expiresAt: Timestamp) {
        let life = minutes.map { .minutes(Int64($0)) } ?? Throttles.passLife
        guard Throttles.passLives.contains(life) else { throw Refusal.malformed }
        let issued: Result<(OneTimeCode, Timestamp), Refusal> = try world.commit { tx in
            guard try world.policy(in: tx).passesEnabled else { throw Refusal.notFound }
            guard let account = try tx.account(named: name) else { throw Refusal.notFound }
            let policy = try world.policy(for: account.id, in: tx)
            guard policy.passesEnabled, try eligibility.mayTakePart(account, in: tx) else { throw Refusal.refused }
            func issued(
                _ outcome: EventOutcome, by verification: RecoveryID? = nil, _ reason: EventReason?
            ) throws {
                try tx.append(
                    AuditEvent(
                        .passIssued, outcome, at: world.now, by: actor, account: name, recovery: verification,
                        reason: reason))
            }
            // Whoever speaks for administrators is one: the help desk is the first whom an attacker calls.
            guard actor.role == .administrator || !(account.role.isAdministrator || isVouchedFor) else {
                try issued(.refused, .denied)
                return .failure(.refused)
            }
            let verification = try recovery.takeVerification(tx, of: account.id, by: actor)
            guard try verification != nil || !mustVerify(tx, account, isVouchedFor, under: policy) else {
                try issued(.refused, .unverified)
                return .failure(.unverified)
            }
            let expiresAt = world.now + life
            let pass = try passes.make(tx, for: account.id, until: expiresAt)
            try issued(.succeeded, by: verification, verification == nil ? .unverified : nil)
            try notices.tell(tx, account, .temporaryPassIssued)
            return .success((pass, expiresAt))
        }
        world.bell.ring(.deliveries)
        return try issued.get()
    }

    /// True when the account can be asked and the policy wants it; whoever has nothing yet is seen in person.
    private func mustVerify(
        _ tx: any Snapshot, _ account: AccountRow, _ isVouchedFor: Bool, under policy: Policy
    ) throws -> Bool {
        guard policy.verifiesCallers, !isVouchedFor else { return false }
        return try !recovery.verifying(tx, account, under: policy).isEmpty
    }
}
