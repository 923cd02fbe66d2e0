import SSPRVocabulary

/// Puts a new, normalised and accepted password into force, in the daemon or at its target, and tells everybody who must know.
///
/// With a recovery its grant has been taken before; only a certain "not changed" gives it back (decision 0013).
struct PasswordSetter: Sendable {
    let world: Surroundings
    let desk: WritebackDesk
    let notices: Notices
    let undo: PasswordUndo
    let endings: RecoveryEndings
    let digests: ResetDigests

    /// Sets the password of an account whose authority is the daemon.
    ///
    /// `judge` gets the verifier in force: it throws a refusal, or says whether this is the same password again. Throws
    /// `Refusal.password(.usedBefore)` for one of the last ones, `Refusal.busy` when passwords were set meanwhile again and again.
    func set(
        _ password: Secret, for account: AccountRow, recovery: RecoveryID?, by actor: EventActor,
        unless judge: (Verifier?) throws -> Bool
    ) throws {
        let history = PasswordHistory(world: world)
        for _ in 1...Throttles.comparisons {
            let compared = try history.compare(password, of: account.id, judge)
            let verifier = try world.hasher.verifier(for: password)
            let isSet = try change(account) { tx in
                guard try history.stillHolds(compared, of: account.id, in: tx) else { return false }
                try tx.setPasswordVerifier(verifier, of: account.id)
                try history.remember(compared, of: account.id, in: tx)
                try complete(tx, account, recovery: recovery, replacing: compared.current, by: actor)
                return true
            }
            guard isSet else { continue }
            return world.bell.ring(.deliveries)
        }
        throw Refusal.busy
    }

    /// The committed intent comes first, then the order, then its outcome in a second transaction.
    func writeBack(
        _ operation: WritebackOperation, _ password: Secret?, at target: TargetName, for account: AccountRow,
        recovery: RecoveryID?, by actor: EventActor
    ) throws -> Step<Void> {
        guard desk.isServed(target) else { throw Refusal.unavailable }
        let order: OrderID = try change(account) { tx in
            let intent = IntentRow(
                id: world.ambient.identifier(), account: account.id, recovery: recovery,
                operation: operation, target: target, orderedAt: world.now, outcome: nil)
            try tx.insert(intent)
            try tx.append(
                AuditEvent(
                    .writebackOrdered, .succeeded, at: world.now, by: actor, account: account.name, recovery: recovery,
                    target: target))
            return intent.id
        }
        return try desk.order(operation, at: target, account: account, password: password, id: order).then {
            report in
            let refusal = try settle(order, report, operation, account, recovery: recovery, by: actor)
            world.bell.ring(.deliveries)
            if let refusal { throw refusal }
            return .done(())
        }
    }

    /// Changes something of an account; it may have been removed since it was looked up, and then there is nothing to change.
    private func change<R: Sendable>(
        _ account: AccountRow, _ body: @Sendable (any Transaction) throws -> R
    ) throws -> R {
        try world.commit { tx in
            guard try tx.account(account.id) != nil else { throw Refusal.refused }
            return try body(tx)
        }
    }

    /// Writes down what became of an order; returns what to tell the caller.
    private func settle(
        _ order: OrderID, _ report: WritebackReport, _ operation: WritebackOperation, _ account: AccountRow,
        recovery: RecoveryID?, by actor: EventActor
    ) throws -> Refusal? {
        try world.commit { tx in
            guard var intent = try tx.intent(order), intent.outcome == nil else { return .outcomeUnknown }
            intent.outcome = report.outcome
            try tx.update(intent)
            func settled(_ outcome: EventOutcome, _ reason: EventReason? = nil) throws {
                try tx.append(
                    AuditEvent(
                        .writebackSettled, outcome, at: world.now, by: actor, account: account.name, recovery: recovery,
                        reason: reason, target: intent.target))
            }
            switch report.outcome {
            case .changed:
                try settled(.succeeded)
                try complete(tx, account, recovery: recovery, operation, by: actor)
                return nil
            case .unchanged:
                try settled(.failed, report.refusal == nil ? .targetUnavailable : .targetRefused)
                // Without a refusal nobody took the order: nothing was learnt, and the try is free.
                try giveGrantBack(
                    tx, recovery, isFree: report.refusal == nil, because: .targetRefused, by: actor)
                return report.refusal.map { .target($0, text: report.text) } ?? .unavailable
            case .unknown:
                try settled(.unknown)
                try leaveUncertain(tx, account, recovery: recovery, operation, because: .unclear, by: actor)
                return .outcomeUnknown
            }
        }
    }

    /// A new password voids whatever was under way for the account and clears its lockout (feature F4).
    private func complete(
        _ tx: any Transaction, _ account: AccountRow, recovery: RecoveryID?, _ operation: WritebackOperation = .set,
        replacing previous: Verifier? = nil, by actor: EventActor
    ) throws {
        let subject = SubjectKey.account(account.id)
        try tx.removeCounter(subject, .signIn)
        if let recovery { try finish(tx, recovery, subject) }
        guard operation == .set else {
            try tx.append(
                AuditEvent(
                    .accountUnlocked, .succeeded, at: world.now, by: actor, account: account.name, recovery: recovery))
            try notices.tell(tx, account, .accountUnlocked, after: recovery)
            return
        }
        try endings.voidAll(tx, of: account, except: recovery, because: .superseded, by: actor)
        try tx.append(
            AuditEvent(
                recovery == nil ? .passwordChanged : .passwordReset, .succeeded, at: world.now, by: actor,
                account: account.name, recovery: recovery, target: account.target))
        try notices.tell(
            tx, account, recovery == nil ? .passwordChanged : .passwordReset, after: recovery,
            carrying: try undo.issue(tx, account, restoring: previous))
        if recovery != nil, account.role.isAdministrator {
            try digests.tell(tx, about: account)
        }
    }

    /// Clears the lockout in the daemon once a recovery is proven.
    func unlock(_ account: AccountRow, recovery: RecoveryID, by actor: EventActor) throws {
        try change(account) { tx in try complete(tx, account, recovery: recovery, .unlock, by: actor) }
        world.bell.ring(.deliveries)
    }

    /// Ends a recovery that has reached its purpose.
    func finish(_ tx: any Transaction, _ id: RecoveryID, _ subject: SubjectKey) throws {
        guard var recovery = try tx.recovery(id) else { return }
        recovery.state = .finished
        try tx.update(recovery)
        try tx.removeCounter(subject, .recovery)
        // A success clears the counts of the methods that were used, and of no other (attack B5).
        for offer in recovery.offers where recovery.proven.contains(offer.choice) {
            if let id = offer.method { try world.counters(tx).clearFailures(of: .method(id)) }
        }
    }

    /// Gives a grant back after a certain "not changed", five times at most.
    func giveGrantBack(
        _ tx: any Transaction, _ id: RecoveryID?, isFree: Bool = false, because reason: EventReason,
        by actor: EventActor
    ) throws {
        guard let id, var recovery = try tx.recovery(id), recovery.state == .taken else { return }
        if !isFree { recovery.grantTries += 1 }
        guard try recovery.grantTries <= world.policy(in: tx).throttles.limit(.refusedPasswords) else {
            return try endings.fail(tx, recovery, because: reason, by: actor)
        }
        recovery.state = .granted
        try tx.update(recovery)
    }

    /// Nobody knows: the recovery is over and the owner is told.
    ///
    /// A new password may be in force, so the same is void as where it is, and the owner can say that it is not theirs (feature F4).
    func leaveUncertain(
        _ tx: any Transaction, _ account: AccountRow, recovery: RecoveryID?, _ operation: WritebackOperation,
        because reason: EventReason, by actor: EventActor
    ) throws {
        if let row = try recovery.flatMap({ try tx.recovery($0) }) {
            try endings.fail(tx, row, .unknown, because: reason, by: actor)
        }
        guard operation == .set else {
            try notices.tell(tx, account, .unlockUncertain, after: recovery)
            return
        }
        try endings.voidAll(tx, of: account, except: recovery, because: .superseded, by: actor)
        try notices.tell(
            tx, account, .resetUncertain, after: recovery, carrying: try undo.issue(tx, account, restoring: nil))
        if recovery != nil, account.role.isAdministrator { try digests.tell(tx, about: account) }
    }
}
