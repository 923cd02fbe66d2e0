import SSPRVocabulary

/// Charging and settling of counters, inside the caller's transaction.
struct Counters {
    let tx: any Transaction
    let now: Timestamp
    /// Those of the policy in force.
    let numbers: ThrottleNumbers

    /// Charges one wrong proof before anything is compared; throws when the subject is blocked already.
    func chargeRecovery(_ subject: SubjectKey, pending: Bool = false) throws {
        var counter = try recovery(subject)
        if let until = counter.blockedUntil { throw Refusal.throttled(until: until) }
        counter.count += 1
        counter.lastAt = now
        counter.isPending = pending
        if counter.count >= numbers.limit(.wrongProofs) { counter.blockedUntil = now + numbers.window(.wrongProofs) }
        try tx.upsert(counter)
    }

    /// Takes one charge back: the proof was right, or nothing was compared.
    func refundRecovery(_ subject: SubjectKey) throws {
        guard var counter = try tx.counter(subject, .recovery) else { return }
        counter.count -= min(1, counter.count)
        counter.isPending = false
        if counter.count < numbers.limit(.wrongProofs) { counter.blockedUntil = nil }
        try tx.upsert(counter)
    }

    /// Keeps a charge whose proof was wrong: it is no longer pending.
    func keepRecoveryCharge(_ subject: SubjectKey) throws {
        guard var counter = try tx.counter(subject, .recovery), counter.isPending else { return }
        counter.isPending = false
        try tx.upsert(counter)
    }

    /// The moment until which recovery is blocked, if it is.
    func recoveryBlock(_ subject: SubjectKey) throws -> Timestamp? { try recovery(subject).blockedUntil }

    /// The counter of wrong proofs as it counts now.
    ///
    /// A limit that was lowered may be reached by what has been counted already. That block is written down where it is first told, so
    /// that no later change makes it shorter.
    private func recovery(_ subject: SubjectKey) throws -> CounterRow {
        var counter = try current(subject, .recovery, window: numbers.window(.wrongProofs))
        guard counter.blockedUntil == nil, let until = counter.block(under: numbers), until > now else {
            return counter
        }
        counter.blockedUntil = until
        try tx.upsert(counter)
        return counter
    }

    /// Counts a failure of one method; true when it is the one that disables it.
    ///
    /// A full table of strangers loses nothing here: their wrong proofs are counted already.
    func countFailure(of method: SubjectKey) throws -> Bool {
        guard var counter = try tx.counter(method, .method) ?? roomFor(method, .method) else { return false }
        counter.count += 1
        counter.lastAt = now
        // Once, also when the limit is lowered below what has been counted.
        let disables = counter.count >= numbers.limit(.methodFailures) && counter.blocks == 0
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
        let locks = !known && counter.count >= numbers.limit(.signIn)
        if locks {
            let doubled = numbers.pause(.signIn).milliseconds << Int64(min(counter.blocks, 10))
            let longest = Throttle.signIn.longestPause.map(numbers.span)
            let lock = Timestamp.Span(milliseconds: doubled)
            counter.blockedUntil = now + (longest.map { min(lock, $0) } ?? lock)
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

    /// Counts one against a throttle of a subject; with `counts` false the row is written as it is.
    ///
    /// What is spent stays so until its time is over, whatever the policy says meanwhile. A full table of strangers throttles.
    func spend(_ subject: SubjectKey, _ throttle: Throttle, counts: Bool = true) throws -> Spending {
        guard let kind = throttle.counter else { return .spent }
        return try spend(
            subject, kind, limit: numbers.limit(throttle), window: numbers.window(throttle), staysSpent: true,
            counts: counts)
    }

    /// Counts one message of the day against a channel's budget.
    func spend(_ channel: DeliveryChannel, limit: UInt32, counts: Bool) throws -> Spending {
        try spend(
            .channel(channel), .channel, limit: limit, window: Throttles.channelWindow, staysSpent: false,
            counts: counts)
    }

    private func spend(
        _ subject: SubjectKey, _ kind: CounterKind, limit: UInt32, window: Timestamp.Span, staysSpent: Bool,
        counts: Bool
    ) throws -> Spending {
        var counter: CounterRow
        do { counter = try current(subject, kind, window: window) } catch is Refusal { return .spent }
        guard counts else {
            try tx.upsert(counter)
            return .within
        }
        let isSpent = counter.blockedUntil != nil || counter.count >= limit
        let isNews = isSpent && counter.blocks == 0
        if isSpent { counter.blocks = 1 } else { counter.count += 1 }
        if isSpent, staysSpent { counter.blockedUntil = counter.blockedUntil ?? counter.firstAt + window }
        counter.lastAt = now
        try tx.upsert(counter)
        return isSpent ? (isNews ? .justSpent : .spent) : .within
    }

    /// Asks an account's devices nothing for a while.
    func pausePrompts(_ subject: SubjectKey) throws {
        var counter = try current(subject, .prompts, window: numbers.window(.prompts))
        let until = now + numbers.pause(.prompts)
        counter.blockedUntil = max(counter.blockedUntil ?? until, until)
        try tx.upsert(counter)
    }

    /// A full table fails towards throttling: made-up names must not switch the limits off (attack F6).
    private func fresh(_ subject: SubjectKey, _ kind: CounterKind) throws -> CounterRow {
        guard let counter = try roomFor(subject, kind) else {
            throw Refusal.throttled(until: now + Throttles.strangerWait)
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

extension CounterRow {
    /// Until when wrong proofs block their subject, in this moment or before; nil where they do not.
    func block(under numbers: ThrottleNumbers) -> Timestamp? {
        blockedUntil ?? (count >= numbers.limit(.wrongProofs) ? lastAt + numbers.window(.wrongProofs) : nil)
    }
}

extension Surroundings {
    /// The counters under the policy in force, in the transaction that counts.
    func counters(_ tx: any Transaction) throws -> Counters {
        Counters(tx: tx, now: now, numbers: try policy(in: tx).throttles)
    }

    /// Until when wrong proofs block a subject's recovery, for whoever only looks.
    func recoveryBlock(of subject: SubjectKey, in tx: any EligibilitySnapshot) throws -> Timestamp? {
        let until = try tx.counter(subject, .recovery)?.block(under: policy(in: tx).throttles)
        return until.flatMap { $0 > now ? $0 : nil }
    }
}
