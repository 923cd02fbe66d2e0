public import SSPRVocabulary

extension Recovery {
    /// Sets a new password with a grant.
    ///
    /// The grant is taken in the transaction that finds it: a crash costs a restart, never a second use.
    public func reset(
        _ name: AccountName, _ grant: RecoveryGrant, _ password: Secret, by actor: EventActor
    ) throws -> Step<Void> {
        let policy = try world.store.read { tx in
            let recovery = try tx.recovery(grant: world.hash(of: grant))
            return try recovery.map { try world.policy(of: $0, in: tx) } ?? world.policy(in: tx)
        }
        let (password, verdict) = try world.checked(password, for: name, under: policy)
        let taken = try take(name, grant, .reset, judged: verdict, by: actor).get()
        do {
            if let target = taken.account.target {
                return try setter.writeBack(
                    .set, password, at: target, for: taken.account, recovery: taken.recovery, by: actor)
            }
            try setter.set(password, for: taken.account, recovery: taken.recovery, by: actor) { current in
                guard let current, try world.hasher.verify(password, against: current) else { return false }
                if !policy.reusesAfterReset { throw Refusal.password(.sameAsCurrent) }
                return true
            }
            return .done(())
        } catch Refusal.passwordRefused(let verdict) {
            try giveBack(taken, .passwordReset, .refused, .passwordPolicy, by: actor)
            throw Refusal.passwordRefused(verdict)
        } catch is HasherBusy, Refusal.busy {
            // Nothing was set and nothing was learnt: the try is free.
            try giveBack(taken, .passwordReset, .unavailable, nil, isFree: true, by: actor)
            throw Refusal.busy
        } catch Refusal.unavailable {
            try giveBack(taken, .passwordReset, .unavailable, .targetUnavailable, isFree: true, by: actor)
            throw Refusal.unavailable
        }
    }

    /// Clears the sign-in lockout with a grant; the password stays.
    public func unlock(_ name: AccountName, _ grant: RecoveryGrant, by actor: EventActor) throws -> Step<Void> {
        let taken = try take(name, grant, .unlock, judged: nil, by: actor).get()
        guard let target = taken.account.target else {
            try setter.unlock(taken.account, recovery: taken.recovery, by: actor)
            return .done(())
        }
        do {
            return try setter.writeBack(
                .unlock, nil, at: target, for: taken.account, recovery: taken.recovery, by: actor)
        } catch Refusal.unavailable {
            try giveBack(taken, .accountUnlocked, .unavailable, .targetUnavailable, isFree: true, by: actor)
            throw Refusal.unavailable
        }
    }

    /// Takes a grant to manage methods in the caller's transaction; false when it is none of this account and peer.
    func takeManagement(
        _ tx: any Transaction, _ grant: RecoveryGrant, of account: AccountID, by actor: EventActor
    ) throws -> Bool {
        guard let recovery = try tx.recovery(grant: world.hash(of: grant)), recovery.state == .granted,
            recovery.purpose == .manage, recovery.peer == actor.uid, recovery.expiresAt > world.now,
            try eligibleAccount(tx, recovery)?.id == account
        else { return false }
        try setter.finish(tx, recovery.id, .account(account))
        return true
    }

    /// A grant that has been taken.
    private struct Taken: Sendable {
        let account: AccountRow
        let recovery: RecoveryID
    }

    /// Takes the grant when account, purpose, peer and time agree; a password that breaks a rule costs a try, and the sixth ends it.
    private func take(
        _ name: AccountName, _ grant: RecoveryGrant, _ purpose: RecoveryPurpose, judged verdict: PasswordVerdict?,
        by actor: EventActor
    ) throws -> Result<Taken, Refusal> {
        try world.commit { tx in
            // An invented grant finds nothing and leaves nothing, like an invented handle: anybody can make them up by the million.
            guard var recovery = try tx.recovery(grant: world.hash(of: grant)) else { return .failure(.refused) }
            guard recovery.state == .granted,
                recovery.purpose == purpose, recovery.peer == actor.uid, recovery.expiresAt > world.now,
                let account = try eligibleAccount(tx, recovery), account.name == name
            else {
                return .failure(try refuse(tx, name, purpose, by: actor))
            }
            if let refusal = verdict?.refusal {
                recovery.grantTries += 1
                try tx.update(recovery)
                try tx.append(try event(.passwordReset, .refused, tx, recovery, by: actor, reason: .passwordPolicy))
                if try recovery.grantTries > world.policy(in: tx).throttles.limit(.refusedPasswords) {
                    try endings.fail(tx, recovery, because: .passwordPolicy, by: actor)
                }
                return .failure(refusal)
            }
            if let target = account.target, !desk.isServed(target) {
                let kind = purpose == .reset ? EventKind.passwordReset : .accountUnlocked
                try tx.append(try event(kind, .unavailable, tx, recovery, by: actor, reason: .targetUnavailable))
                return .failure(.unavailable)
            }
            recovery.state = .taken
            try tx.update(recovery)
            return .success(Taken(account: account, recovery: recovery.id))
        }
    }

    private func refuse(
        _ tx: any Transaction, _ name: AccountName, _ purpose: RecoveryPurpose, by actor: EventActor
    ) throws -> Refusal {
        let mention = world.mention(try tx.account(named: name), named: name)
        try tx.append(
            AuditEvent(
                purpose == .reset ? .passwordReset : .accountUnlocked, .refused, at: world.now, by: actor,
                account: mention.account, pseudonym: mention.pseudonym))
        return .refused
    }

    private func giveBack(
        _ taken: Taken, _ kind: EventKind, _ outcome: EventOutcome, _ reason: EventReason?, isFree: Bool = false,
        by actor: EventActor
    ) throws {
        try world.commit { tx in
            try tx.append(
                AuditEvent(
                    kind, outcome, at: world.now, by: actor, account: taken.account.name, recovery: taken.recovery,
                    reason: reason))
            try setter.giveGrantBack(tx, taken.recovery, isFree: isFree, because: reason ?? .unclear, by: actor)
        }
    }
}
