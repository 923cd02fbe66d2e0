public import SSPRVocabulary

extension Accounts {
    /// Why an account can recover or cannot.
    public struct Explained: Sendable {
        /// Rule by rule.
        public let eligibility: Eligibility
        /// The account's groups.
        public let groups: [GroupName]
        /// Until when an account that has too little for the policy can recover by the one before.
        public let graceUntil: Timestamp?
    }

    /// Rule by rule why an account can recover or cannot: now, or at another moment, under the policy in force then or a document that is
    /// not (feature F6).
    ///
    /// A moment that is past is told as it was (decision 35), one to come as if nothing but time changed until then. A document is judged
    /// without a time of grace, as a plan does. Throws `Refusal.notFound` where there is no such account then; `Refusal.policyTime` for a
    /// moment more than a year ahead; `Refusal.notRecorded` for one of which nothing is known; `Refusal.policyDocument` for a document
    /// that cannot be used.
    public func explain(
        _ name: AccountName, at moment: Timestamp? = nil, under document: PolicyDocument? = nil
    ) throws -> Explained {
        let now = world.now
        if let moment, moment > now + Policies.farthest { throw Refusal.policyTime }
        let then = try moment.map { $0 < now ? try past(at: $0) : world.at($0) } ?? world
        let scoped = try document.map(then.policies.policy(of:))
        // Groups of a document are those of today.
        if let document { try world.store.read { try document.checkGroups(in: $0) } }
        guard let moment, moment < now else {
            return try world.store.read { try Self.explain(name, in: then, under: scoped, $0) }
        }
        return try world.store.read(asOf: moment) { try Self.explain(name, in: then, under: scoped, $0) }
    }

    /// The surroundings of a moment that is past, with what was configured then.
    ///
    /// Throws `Refusal.notRecorded` where nobody knows what was so.
    private func past(at moment: Timestamp) throws -> Surroundings {
        let (known, configured) = try world.store.read { tx in
            (try tx.knownFrom(max(moment, world.now + -Policies.farthest)), try tx.configuredPolicy(at: moment))
        }
        guard moment >= known else { throw Refusal.notRecorded(since: known) }
        let then = world.at(moment)
        guard let configured else { return then }
        return then.under(Policy(configured), given: world.policies.given, breached: world.breached)
    }

    private static func explain(
        _ name: AccountName, in world: Surroundings, under document: ScopedPolicy?, _ tx: any EligibilitySnapshot
    ) throws -> Explained {
        guard let account = try tx.account(named: name) else { throw Refusal.notFound }
        let rules = EligibilityRules(world: world)
        let groups = try tx.groups(of: account.id)
        let offering = try rules.offering(account, in: tx)
        let policy = document.map { $0.policy(for: $0.scopes(among: groups)) } ?? offering.rules.policy
        let eligibility = try rules.judge(
            account, methods: try tx.methods(of: account.id),
            hasPass: try TemporaryPasses(world: world).isLive(tx, account.id, under: policy),
            blockedUntil: try world.recoveryBlock(of: .account(account.id), in: tx), under: policy, in: tx)
        let isByGrace = document == nil && !eligibility.unmet.contains(.registered)
        return Explained(
            eligibility: eligibility, groups: groups, graceUntil: isByGrace ? offering.graceUntil : nil)
    }

    /// Forgets what was so more than a year ago.
    public func forgetPast() throws {
        let before = world.now + -Policies.farthest
        // In portions, since others wait to write, and no more of them than the sweep has time for: the next one goes on.
        for _ in 0..<64 {
            // Looking first keeps an idle daemon from writing.
            guard let oldest = try world.store.read({ try $0.oldestPast() }), oldest < before else { return }
            try world.store.write { try $0.removePast(endedBefore: before, atMost: 256) }
        }
    }
}
