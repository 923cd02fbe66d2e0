import SSPRVocabulary

/// How recoveries end that reach nothing (features F4, F10).
///
/// Every recovery leaves exactly one event that says how it ended: what it was for was done, it was cancelled, it failed, or it was
/// abandoned. No row is forgotten before.
public struct RecoveryEndings: Sendable {
    let world: Surroundings

    /// Ends whatever else is under way for an account, and says so of each.
    func cancelAll(
        _ tx: any Transaction, of account: AccountRow, except kept: RecoveryID? = nil, because reason: EventReason,
        by actor: EventActor
    ) throws {
        for recovery in try tx.voidRecoveries(of: account.id, except: kept) {
            try tx.append(
                AuditEvent(
                    .recoveryCancelled, .succeeded, at: world.now, by: actor, account: account.name,
                    recovery: recovery, reason: reason))
        }
    }

    /// Voids everything that is under way for an account: recoveries, registrations and a pass.
    func voidAll(
        _ tx: any Transaction, of account: AccountRow, except kept: RecoveryID? = nil, because reason: EventReason,
        by actor: EventActor
    ) throws {
        try cancelAll(tx, of: account, except: kept, because: reason, by: actor)
        try tx.removeRegistrations(of: account.id)
        try tx.removePass(of: account.id)
    }

    /// Ends everything that is under way for anybody, and says so of each; what has been taken is left to whoever settles it.
    func cancelEverything(_ tx: any Transaction, because reason: EventReason?, by actor: EventActor) throws {
        let (always, never) = (Timestamp(milliseconds: .max), Timestamp(milliseconds: .min))
        for before in try tx.unfinishedRecoveries(at: always, takenUntil: never, limit: .max) {
            var recovery = before
            recovery.state = .void
            try tx.update(recovery)
            try tx.append(try event(.recoveryCancelled, .succeeded, tx, recovery, reason, by: actor))
        }
    }

    /// Ends a recovery whose purpose has failed.
    func fail(
        _ tx: any Transaction, _ before: RecoveryRow, _ outcome: EventOutcome = .failed, because reason: EventReason,
        by actor: EventActor
    ) throws {
        var recovery = before
        recovery.state = .void
        try tx.update(recovery)
        try tx.append(try event(.recoveryFailed, outcome, tx, recovery, reason, by: actor))
    }

    /// Ends every recovery whose time is over without a result, once each.
    ///
    /// By the clock and not on some caller's way, decoys like any other (attack C1).
    public func settleExpired() throws {
        // Looking first keeps an idle daemon from writing.
        while try !world.store.read({ try unfinished($0, limit: 1).isEmpty }) {
            try world.commit { tx in
                // In portions: others wait to write.
                for recovery in try unfinished(tx, limit: Self.atOnce) { try settle(tx, recovery) }
            }
        }
    }

    private func unfinished(_ tx: any Snapshot, limit: Int) throws -> [RecoveryRow] {
        try tx.unfinishedRecoveries(at: world.now, takenUntil: world.now + -Self.completion, limit: limit)
    }

    private func settle(_ tx: any Transaction, _ before: RecoveryRow) throws {
        guard before.state != .taken else {
            // Whoever took the grant ended half way, and no order says more: it was lost with the process or a full disk.
            return try fail(tx, before, because: .crashed, by: world.daemon)
        }
        var recovery = before
        recovery.state = .abandoned
        try tx.update(recovery)
        var event = try event(.recoveryAbandoned, .failed, tx, recovery, .expired, by: world.daemon)
        event.step = before.state == .granted ? .granted : before.proven.isEmpty ? .begun : .proven
        try tx.append(event)
    }

    /// Names whom the recovery was begun for: nobody's own name is as little known here as it was at the beginning.
    private func event(
        _ kind: EventKind, _ outcome: EventOutcome, _ tx: any Snapshot, _ recovery: RecoveryRow, _ reason: EventReason?,
        by actor: EventActor
    ) throws -> AuditEvent {
        let account = try (recovery.account ?? recovery.subject.account).flatMap { try tx.account($0)?.name }
        return AuditEvent(
            kind, outcome, at: world.now, by: actor, account: account, pseudonym: recovery.subject.pseudonym,
            recovery: recovery.id, reason: reason)
    }

    /// Recoveries of one transaction.
    public static let atOnce = 64
    /// How long after its time a grant that has been taken may still come to something: far longer than a hash or an order takes.
    static let completion = Timestamp.Span.minutes(5)
}
