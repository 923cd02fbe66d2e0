import SSPRVocabulary

/// An account whose password has just been proven.
struct ProvenPassword: Sendable {
    let account: AccountRow
    /// What it was compared with, or was hashed to anew; nil where it lives at a target.
    let verifier: Verifier?
}

/// Compares a password with an account's, wherever it lives, and keeps the sign-in counter.
///
/// Order (decision 0013): a committed charge, then the comparison outside, then a second transaction settles it. An unknown account
/// walks the same path with a verifier that nothing satisfies.
struct PasswordCheck: Sendable {
    let world: Surroundings
    let gate: AttemptGate
    let desk: WritebackDesk

    /// The account, once its password is proven.
    ///
    /// Throws `Refusal.refused` for a wrong password and for an unknown account alike.
    func check(_ name: AccountName, _ password: Secret, by actor: EventActor) throws -> Step<ProvenPassword> {
        let password = try world.comparable(password)
        let key = AttemptKey.signIn(name)
        return try gate.enter(key, until: world.now + Throttles.attemptWait) { pass in
            try compare(name, password, by: actor, pass)
        }
    }

    /// What the charging transaction found.
    private struct Charged: Sendable {
        let account: AccountRow?
        /// The account's own; nil where its password lives at a target, and for a name that is nobody's.
        let verifier: Verifier?
        /// What hashing costs for somebody: a name that is nobody's must take as long.
        let usual: Verifier?
    }

    private func compare(
        _ name: AccountName, _ password: Secret, by actor: EventActor, _ pass: AttemptPass
    ) throws -> Step<ProvenPassword> {
        let charged = try charge(name, by: actor).get()
        if let account = charged.account, let target = account.target {
            return try askTarget(target, account, password, by: actor, pass)
        }
        let isRight: Bool
        do {
            isRight = try world.hasher.verify(
                password, against: charged.verifier ?? world.hasher.decoy(like: charged.usual))
        } catch {
            // A full queue compared nothing and costs nothing (invariant I17).
            try refund(name, charged.account)
            throw error
        }
        let account = try settle(name, charged, password, isRight: isRight, by: actor).get()
        pass.giveBack()
        guard let verifier = charged.verifier, world.hasher.isOutdated(verifier) else {
            return .done(ProvenPassword(account: account, verifier: charged.verifier))
        }
        return .done(ProvenPassword(account: account, verifier: try renew(verifier, of: account, password)))
    }

    /// Hashes a proven password again at the cost and under the pepper of today; returns what stands for it from now on.
    ///
    /// It stays the same password, so nothing is audited.
    ///
    /// The sign-in has been settled and does not depend on it: with a full queue or disk the next one tries again.
    private func renew(_ outdated: Verifier, of account: AccountRow, _ password: Secret) throws -> Verifier {
        do {
            let verifier = try world.hasher.verifier(for: password)
            return try world.store.write { tx in
                // The password may have been replaced in between (attack A10).
                guard try tx.passwordVerifier(of: account.id) == outdated else { return outdated }
                try tx.setPasswordVerifier(verifier, of: account.id)
                return verifier
            }
        } catch is HasherBusy {
            return outdated
        } catch StoreError.unavailable {
            return outdated
        }
    }

    private func charge(_ name: AccountName, by actor: EventActor) throws -> Result<Charged, Refusal> {
        try world.commit { tx in
            let (account, read) = try world.lookUp(name, in: tx)
            let verifier = try tx.passwordVerifier(of: read)
            do {
                try world.counters(tx).chargeSignIn(world.subject(account, named: name))
            } catch let refusal as Refusal {
                try append(tx, .throttled, name, account, by: actor, reason: .lockedOut)
                return .failure(refusal)
            }
            return .success(Charged(account: account, verifier: account == nil ? nil : verifier, usual: verifier))
        }
    }

    private func refund(_ name: AccountName, _ account: AccountRow?) throws {
        try world.commit { tx in
            try world.counters(tx).refundSignIn(world.subject(account, named: name))
        }
    }

    private func settle(
        _ name: AccountName, _ charged: Charged, _ password: Secret, isRight: Bool, by actor: EventActor
    ) throws -> Result<AccountRow, Refusal> {
        try world.commit { tx in
            let (account, read) = try world.lookUp(name, in: tx)
            let subject = world.subject(charged.account, named: name)
            // The password may have been replaced while the old one was being compared (attack A10).
            let isCurrent = try charged.verifier == tx.passwordVerifier(of: read)
            if isRight, isCurrent, let account, account.id == charged.account?.id {
                try tx.removeCounter(subject, .signIn)
                try append(tx, .succeeded, name, account, by: actor)
                return .success(account)
            }
            let mistake = Array(world.tags.tag(.mistake, password, context: subject.bytes).prefix(16))
            let locks = try world.counters(tx).settleWrongSignIn(subject, mistake: mistake)
            try append(tx, .refused, name, account, by: actor, reason: account == nil ? .unknownAccount : .wrongSecret)
            if locks { try append(tx, kind: .signInLocked, .succeeded, name, account, by: actor) }
            return .failure(.refused)
        }
    }

    /// The password lives at a target: ask the agent that serves it.
    private func askTarget(
        _ target: TargetName, _ account: AccountRow, _ password: Secret, by actor: EventActor,
        _ pass: AttemptPass
    ) throws -> Step<ProvenPassword> {
        let asked: Step<WritebackReport>
        do {
            asked = try desk.order(.verify, at: target, account: account, password: password)
        } catch {
            // Without an agent nothing was compared: it costs nothing.
            try refund(account.name, account)
            throw error
        }
        return try asked.then { report in
            defer { pass.giveBack() }
            switch report.outcome {
            case .changed:
                let charged = Charged(account: account, verifier: nil, usual: nil)
                let proven = try settle(account.name, charged, password, isRight: true, by: actor).get()
                return .done(ProvenPassword(account: proven, verifier: nil))
            case .unchanged where report.refusal == .wrongOldPassword:
                let charged = Charged(account: account, verifier: nil, usual: nil)
                _ = try settle(account.name, charged, password, isRight: false, by: actor).get()
                throw Refusal.refused
            case .unchanged, .unknown:
                try refund(account.name, account)
                throw Refusal.unavailable
            }
        }
    }

    private func append(
        _ tx: any Transaction, kind: EventKind = .signInAnswered, _ outcome: EventOutcome, _ name: AccountName,
        _ account: AccountRow?, by actor: EventActor, reason: EventReason? = nil
    ) throws {
        let mention = world.mention(account, named: name)
        try tx.append(
            AuditEvent(
                kind, outcome, at: world.now, by: actor, account: mention.account, pseudonym: mention.pseudonym,
                reason: reason))
    }
}
