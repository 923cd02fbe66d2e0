public import SSPRVocabulary

extension Registration {
    /// An open registration.
    public typealias Opened = (handle: RegistrationHandle, expiresAt: Timestamp)

    /// What may be shown beside the password: with it methods may be removed and replaced too (attack A11).
    public enum SecondProof: Sendable {
        /// A code of an app, a recovery code, or a temporary pass.
        case code(OneTimeCode)
        /// The grant of a recovery that was begun to manage methods.
        case grant(RecoveryGrant)
    }

    /// Opens a registration with the current password; with a second proof it may also remove methods.
    public func prove(
        _ name: AccountName, _ password: Secret, and second: SecondProof? = nil, by actor: EventActor
    ) throws -> Step<Opened> {
        try passwords.check(name, password, by: actor).then { proven in
            let account = proven.account
            let opened = try open(account, second, by: actor)
            // Only a second proof queues anything: that few recovery codes are left, or that an app is out of use.
            if second != nil { world.bell.ring(.deliveries) }
            return .done(try opened.get())
        }
    }

    private func open(
        _ account: AccountRow, _ second: SecondProof?, by actor: EventActor
    ) throws -> Result<Opened, Refusal> {
        try world.commit { tx in
            // Looked up again: the password took a while, and the account may have been removed.
            guard let account = try tx.account(account.id) else { return .failure(.refused) }
            if let reason = try eligibility.obstacle(account, in: tx) {
                try proven(tx, account, .refused, reason, by: actor)
                return .failure(.refused)
            }
            switch try second.map({ try settle(tx, account, $0, by: actor) }) {
            case nil, .fresh?: break
            case .used?:
                try proven(tx, account, .used, by: actor)
                return .failure(.refused)
            case .wrong(let reason)?:
                try proven(tx, account, .refused, reason, by: actor)
                return .failure(.refused)
            }
            return .success(try insert(tx, account, isFull: second != nil, after: recovery(of: second, tx), by: actor))
        }
    }

    /// The recovery behind a grant, for the trail: this is how it ends.
    private func recovery(of second: SecondProof?, _ tx: any Snapshot) throws -> RecoveryID? {
        guard case .grant(let grant)? = second else { return nil }
        return try tx.recovery(grant: world.hash(of: grant))?.id
    }

    private func insert(
        _ tx: any Transaction, _ account: AccountRow, isFull: Bool, after recovery: RecoveryID? = nil,
        by actor: EventActor
    ) throws -> Opened {
        let (handle, hash) = try world.token(TokenPurpose.Registration.self)
        let expiresAt = world.now + Throttles.registrationLife
        let rules = try world.rules(for: account.id, in: tx)
        try tx.insert(
            RegistrationRow(
                handle: hash, account: account.id, peer: actor.uid, expiresAt: expiresAt, isFull: isFull,
                policy: rules.version, scopes: rules.scopes),
            now: world.now)
        try proven(tx, account, .succeeded, after: recovery, by: actor)
        return (handle, expiresAt)
    }

    private func proven(
        _ tx: any Transaction, _ account: AccountRow, _ outcome: EventOutcome, _ reason: EventReason? = nil,
        after recovery: RecoveryID? = nil, by actor: EventActor
    ) throws {
        try tx.append(
            AuditEvent(
                .registrationProven, outcome, at: world.now, by: actor, account: account.name, recovery: recovery,
                reason: reason))
    }

    /// Opens the first registration of an account that has no methods yet with a temporary pass instead of a password (feature F3).
    ///
    /// A wrong pass is a wrong proof like any other: charged before it is compared, for names that are nobody's too.
    public func prove(_ name: AccountName, pass: OneTimeCode, by actor: EventActor) throws -> Opened {
        guard try world.currentPolicy().passesEnabled else { throw Refusal.refused }
        let opened: Result<Opened, Refusal> = try world.commit { tx in
            let (account, read) = try world.lookUp(name, in: tx)
            let subject = world.subject(account, named: name)
            let mention = world.mention(account, named: name)
            let counters = try world.counters(tx)
            func settled(_ kind: EventKind, _ outcome: EventOutcome, _ reason: EventReason? = nil) throws {
                try tx.append(
                    AuditEvent(
                        kind, outcome, at: world.now, by: actor, account: mention.account,
                        pseudonym: mention.pseudonym, reason: reason))
            }
            do {
                try counters.chargeRecovery(subject)
            } catch let refusal as Refusal {
                try settled(.registrationProven, .throttled, .lockedOut)
                return .failure(refusal)
            }
            let verdict = try passes.verdict(
                tx, account?.id ?? .nobody, pass, under: world.policy(for: read, in: tx))
            // What an administrator has filled in is not the owner's own yet.
            let isNew = try tx.methods(of: account?.id ?? .nobody).allSatisfy(\.isPrefilled)
            let mayTakePart = try eligibility.mayTakePart(account ?? .nobody(named: name, at: world.now), in: tx)
            if verdict == .fresh, isNew, mayTakePart, let account {
                try counters.refundRecovery(subject)
                try passes.spend(tx, account.id, for: nil)
                return .success(try insert(tx, account, isFull: true, by: actor))
            }
            if verdict == .used {
                try counters.refundRecovery(subject)
                try settled(.registrationProven, .used)
                return .failure(.refused)
            }
            try settled(.registrationProven, .refused, verdict == .wrong(.expired) ? .expired : .wrongSecret)
            if try counters.recoveryBlock(subject) != nil {
                try settled(.recoveryBlocked, .succeeded)
                try notices.tellAlike(tx, account, subject, .recoveryBlocked, offered: [.email])
            }
            return .failure(.refused)
        }
        world.bell.ring(.deliveries)
        return try opened.get()
    }

    private func settle(
        _ tx: any Transaction, _ account: AccountRow, _ second: SecondProof, by actor: EventActor
    ) throws -> WrittenCodeVerdict {
        switch second {
        case .grant(let grant):
            return try recovery.takeManagement(tx, grant, of: account.id, by: actor) ? .fresh : .wrong(.wrongSecret)
        case .code(let code):
            switch code.written {
            case nil: return try settleAppCode(tx, account, code, by: actor)
            case .recoveryCode?: return try settleRecoveryCode(tx, account, code)
            case .temporaryPass?:
                let verdict = try passes.verdict(tx, account.id, code, under: world.policy(for: account.id, in: tx))
                if verdict == .fresh { try passes.spend(tx, account.id, for: nil) }
                return verdict
            }
        }
    }

    /// No charge: whoever knows the password guesses at 140 bits.
    private func settleRecoveryCode(
        _ tx: any Transaction, _ account: AccountRow, _ code: OneTimeCode
    ) throws -> WrittenCodeVerdict {
        guard let method = try usable(tx, account, .recoveryCodes).first else { return .wrong(.wrongSecret) }
        return try saved.redeem(tx, method, code) { true }
    }

    /// Compares with every app: the one that matches is noted, and a code that matches none is a failure of all of them.
    ///
    /// A right code that was used before is refused and not charged (attack B9).
    private func settleAppCode(
        _ tx: any Transaction, _ account: AccountRow, _ code: OneTimeCode, by actor: EventActor
    ) throws -> WrittenCodeVerdict {
        let counters = try world.counters(tx)
        let methods = try usable(tx, account, .totp)
        var wasUsed = false
        for var method in methods {
            switch apps.verdict(code, seed: try apps.seed(of: method), floor: method.floor) {
            case .fresh(let step):
                method.floor = step
                try tx.update(method)
                try counters.clearFailures(of: .method(method.id))
                return .fresh
            case .used: wasUsed = true
            case .wrong: continue
            }
        }
        guard !wasUsed else { return .used }
        for var method in methods where try counters.countFailure(of: .method(method.id)) {
            method.isDisabled = true
            try tx.update(method)
            try append(tx, .methodDisabled, account, .totp, by: actor)
            try notices.tell(tx, account, .methodDisabled)
        }
        return .wrong(.wrongSecret)
    }

    /// The methods of a kind that may prove something now: one that a thief of the password has just added is no proof yet (attack A11).
    private func usable(_ tx: any Snapshot, _ account: AccountRow, _ kind: MethodKind) throws -> [MethodRow] {
        try tx.methods(of: account.id).filter { $0.kind == kind && !$0.isDisabled && $0.usableFrom <= world.now }
    }
}
