import SSPRVocabulary

/// Charging and settling of counters, inside the caller's transaction.
struct Counters {
    let tx: any Transaction
    let now: Timestamp

    /// Charges one wrong proof before anything is compared; throws when the subject is blocked already.
    func chargeRecovery(_ subject: SubjectKey, pending: Bool = false) throws {
        var counter = try current(subject, .recovery, window: Throttles.recoveryWindow)
        if let until = counter.blockedUntil { throw Refusal.throttled(until: until) }
        counter.count += 1
        counter.lastAt = now
        counter.isPending = pending
        if counter.count >= Throttles.recoveryFailures { counter.blockedUntil = now + Throttles.recoveryWindow }
        try tx.upsert(counter)
    }

    /// Takes one charge back: the proof was right, or nothing was compared.
    func refundRecovery(_ subject: SubjectKey) throws {
        guard var counter = try tx.counter(subject, .recovery) else { return }
        counter.count -= min(1, counter.count)
        counter.isPending = false
        if counter.count < Throttles.recoveryFailures { counter.blockedUntil = nil }
        try tx.upsert(counter)
    }

    /// Keeps a charge whose proof was wrong: it is no longer pending.
    func keepRecoveryCharge(_ subject: SubjectKey) throws {
        guard var counter = try tx.counter(subject, .recovery), counter.isPending else { return }
        counter.isPending = false
        try tx.upsert(counter)
    }

    /// The moment until which recovery is blocked, if it is.
    func recoveryBlock(_ subject: SubjectKey) throws -> Timestamp? {
        try current(subject, .recovery, window: Throttles.recoveryWindow).blockedUntil
    }

    /// Counts a failure of one method; true when it is the one that disables it.
    ///
    /// A full table of strangers loses nothing here: their wrong proofs are counted already.
    func countFailure(of method: SubjectKey) throws -> Bool {
        guard var counter = try tx.counter(method, .method) ?? roomFor(method, .method) else { return false }
        counter.count += 1
        counter.lastAt = now
        // Once, also when the limit is lowered below what has been counted.
        let disables = counter.count >= Throttles.methodFailures && counter.blocks == 0
        if disables { counter.blocks = 1 }
        try tx.upsert(counter)
        return disables
    }

    /// A success begins the row of failures anew.
    func clearFailures(of method: SubjectKey) throws { try tx.removeCounter(method, .method) }

    /// Charges one sign-in attempt before the password is compared; throws while sign-in is locked.
    func chargeSignIn(_ subject: SubjectKey) throws {
        var counter = try tx.counter(subject, .signIn) ?? fresh(subject, .signIn)
        if let until = counter.blockedUntil, until > now { throw Refusal.throttled(until: until) }
        counter.count += 1
        counter.lastAt = now
        counter.isPending = true
        try tx.upsert(counter)
    }

    /// Takes a sign-in charge back: nothing was compared.
    func refundSignIn(_ subject: SubjectKey) throws {
        guard var counter = try tx.counter(subject, .signIn) else { return }
        counter.count -= min(1, counter.count)
        counter.isPending = false
        try tx.upsert(counter)
    }

    /// Settles a wrong password; true when sign-in is locked by it.
    ///
    /// `mistake` is a keyed hash of the password.
    func settleWrongSignIn(_ subject: SubjectKey, mistake: [UInt8]) throws -> Bool {
        guard var counter = try tx.counter(subject, .signIn) else { return false }
        counter.isPending = false
        let size = 16
        let known = stride(from: 0, to: counter.recent.count, by: size)
            .contains { constantTimeEqual(Array(counter.recent[$0..<min($0 + size, counter.recent.count)]), mistake) }
        if known {
            counter.count -= min(1, counter.count)
        } else {
            counter.recent = Array((mistake + counter.recent).prefix(size * Throttles.rememberedMistakes))
        }
        let locks = !known && counter.count >= Throttles.signInFailures
        if locks {
            let doubled = Throttles.signInLock.milliseconds << Int64(min(counter.blocks, 10))
            counter.blockedUntil = now + min(Timestamp.Span(milliseconds: doubled), Throttles.signInLockMaximum)
            counter.blocks += 1
        }
        try tx.upsert(counter)
        return locks
    }

    /// What became of a budget.
    enum Spending {
        case within
        /// This is the first that is one too many.
        case justSpent
        case spent
    }

    /// Counts one against a budget; with `counts` false the row is written as it is.
    ///
    /// A full table of strangers throttles.
    func spend(
        _ subject: SubjectKey, _ kind: CounterKind, _ limit: UInt32, window: Timestamp.Span, counts: Bool
    ) throws -> Spending {
        var counter: CounterRow
        do { counter = try current(subject, kind, window: window) } catch is Refusal { return .spent }
        guard counts else {
            try tx.upsert(counter)
            return .within
        }
        let isSpent = counter.count >= limit
        let isNews = isSpent && counter.blocks == 0
        if isSpent { counter.blocks = 1 } else { counter.count += 1 }
        counter.lastAt = now
        try tx.upsert(counter)
        return isSpent ? (isNews ? .justSpent : .spent) : .within
    }

    /// Counts one question to an account's devices; false when the budget is spent or the owner has denied one.
    func spendPrompt(_ subject: SubjectKey) throws -> Bool {
        var counter = try current(subject, .prompts, window: Throttles.promptWindow)
        guard counter.blockedUntil == nil, counter.count < Throttles.prompts else { return false }
        counter.count += 1
        counter.lastAt = now
        try tx.upsert(counter)
        return true
    }

    /// Asks an account's devices nothing for an hour.
    func pausePrompts(_ subject: SubjectKey) throws {
        var counter = try current(subject, .prompts, window: Throttles.promptWindow)
        counter.blockedUntil = now + Throttles.promptPause
        try tx.upsert(counter)
    }

    /// Counts one message; false when the budget of the hour is spent.
    func spendMessage(_ subject: SubjectKey, _ kind: CounterKind, budget: UInt32) throws -> Bool {
        var counter = try current(subject, kind, window: Throttles.messageWindow)
        guard counter.count < budget else { return false }
        counter.count += 1
        counter.lastAt = now
        try tx.upsert(counter)
        return true
    }

    /// A full table fails towards throttling: made-up names must not switch the limits off (attack F6).
    private func fresh(_ subject: SubjectKey, _ kind: CounterKind) throws -> CounterRow {
        guard let counter = try roomFor(subject, kind) else {
            throw Refusal.throttled(until: now + Throttles.messageWindow)
        }
        return counter
    }

    /// A new counter; nil when it is a stranger's and their table stays full.
    private func roomFor(_ subject: SubjectKey, _ kind: CounterKind) throws -> CounterRow? {
        // Asked for everybody, for the time that it takes (attack C1).
        let strangers = try tx.strangerCounters()
        if subject.isStranger, strangers >= Throttles.strangers {
            let old = Timestamp(milliseconds: now.milliseconds - Throttles.strangerMemory.milliseconds)
            guard try tx.removeStrangerCounters(untouchedSince: old, now: now) > 0 else { return nil }
        }
        return CounterRow(subject: subject, kind: kind, firstAt: now, lastAt: now)
    }

    /// The counter as it counts now: one whose window and block are over begins anew.
    private func current(_ subject: SubjectKey, _ kind: CounterKind, window: Timestamp.Span) throws -> CounterRow {
        guard let counter = try tx.counter(subject, kind) else { return try fresh(subject, kind) }
        if let until = counter.blockedUntil { return until > now ? counter : try fresh(subject, kind) }
        // Proofs are forgotten a window after the last: counted from the first, eight wrong ones would fit around its end.
        let since = kind == .recovery ? counter.lastAt : counter.firstAt
        return now - since < window ? counter : try fresh(subject, kind)
    }
}
