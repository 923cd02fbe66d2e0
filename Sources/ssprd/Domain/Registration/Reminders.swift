public import SSPRVocabulary

/// Reminders to register or to look at contacts again (feature F8).
public struct Reminders: Sendable {
    let world: Surroundings
    let notices: Notices
    let eligibility: EligibilityRules

    private func reviews(_ tx: any Snapshot) throws -> Reviews {
        // How long a look holds is the same for the whole house: those who are due are found by it.
        Reviews(world: world, policy: try world.policy(in: tx))
    }

    /// Reminds owners whose contacts must be looked at again, by mail, a portion at a time; called again and again.
    ///
    /// The reminder and the note that it was sent are one transaction: a crash loses neither and repeats neither.
    public func sendDue() throws {
        // Looking first keeps an idle daemon from writing.
        guard try !world.store.read({ try due($0, limit: 1).isEmpty }) else { return }
        try world.commit { tx in
            for row in try due(tx, limit: Throttles.remindersAtOnce) { try settle(tx, row) }
        }
        world.bell.ring(.deliveries)
    }

    private func due(_ tx: any Snapshot, limit: Int) throws -> [ReviewRow] {
        guard let period = try world.policy(in: tx).reviewPeriod else { return [] }
        let now = world.now
        return try tx.reviews(lookedAt: now + -period, remindedAt: now + -Throttles.reminderPause, limit: limit)
    }

    private func settle(_ tx: any Transaction, _ found: ReviewRow) throws {
        guard let account = try tx.account(found.account) else { return }
        var row = found
        let methods = try tx.methods(of: account.id)
        let reviews = try reviews(tx)
        row.oldestLook = reviews.oldestLook(methods)
        row.isReminded = reviews.isDue(methods)
        // After a review that came soon after a reminder the next one keeps its distance.
        if row.isReminded, row.remindedAt.map({ $0 + Throttles.reminderPause <= world.now }) ?? true {
            row.remindedAt = world.now
            // Only mail costs nothing: texts to many would leave none of the day's for codes (attack F5).
            if try eligibility.mayTakePart(account, in: tx), try send(tx, account, methods, through: [.email]) > 0 {
                try append(tx, account, .succeeded, by: world.daemon)
            }
        }
        try tx.upsert(row)
    }

    /// Reminds one account now, by mail and text message; returns how many messages are on their way.
    ///
    /// Throws `Refusal.notFound` for an account that is none and `Refusal.refused` for one that may not register.
    public func remind(_ name: AccountName, by actor: EventActor) throws -> UInt32 {
        let count = try world.commit { tx in
            guard let account = try tx.account(named: name) else { throw Refusal.notFound }
            guard try eligibility.mayTakePart(account, in: tx) else { throw Refusal.refused }
            let methods = try tx.methods(of: account.id)
            let count = try send(tx, account, methods, through: [.email, .sms])
            try append(tx, account, count > 0 ? .succeeded : .unavailable, by: actor)
            guard count > 0 else { return count }
            let reviews = try reviews(tx)
            var row = try reviews.row(tx, account.id)
            row.remindedAt = max(row.remindedAt ?? world.now, world.now)
            row.isReminded = reviews.isDue(methods)
            try tx.upsert(row)
            return count
        }
        world.bell.ring(.deliveries)
        return count
    }

    private func send(
        _ tx: any Transaction, _ account: AccountRow, _ methods: [MethodRow], through channels: [DeliveryChannel]
    ) throws -> UInt32 {
        var count: UInt32 = 0
        // What an administrator has filled in may be anybody's address.
        for method in methods where !method.isPrefilled {
            guard let channel = method.kind.noticeChannel, channels.contains(channel) else { continue }
            guard try world.counters(tx).spend(.account(account.id), .notices) == .within else { break }
            guard try Budgets(world: world, tx: tx).spend(channel) else { continue }
            try notices.queue(
                tx, .reminder, to: .contact(notices.contact(of: method)), via: channel, about: account.id,
                life: Throttles.noticeLife)
            count += 1
        }
        return count
    }

    private func append(
        _ tx: any Transaction, _ account: AccountRow, _ outcome: EventOutcome, by actor: EventActor
    ) throws {
        try tx.append(AuditEvent(.accountReminded, outcome, at: world.now, by: actor, account: account.name))
    }
}
