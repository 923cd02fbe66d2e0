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

    /// Rule by rule why an account can recover or cannot: now, or at a later moment if nothing but time changes until then, and under the
    /// policy in force at that moment, or a document that is not (feature F6).
    ///
    /// A document is judged without a time of grace, as a plan does. Throws `Refusal.notFound`; `Refusal.policyTime` for a moment that is
    /// past or more than a year ahead; `Refusal.policyDocument` for a document that cannot be used.
    public func explain(
        _ name: AccountName, at moment: Timestamp? = nil, under document: PolicyDocument? = nil
    ) throws -> Explained {
        if let moment, moment < world.now || moment > world.now + Policies.longestAhead { throw Refusal.policyTime }
        let scoped = try document.map(world.policies.policy(of:))
        let then = moment.map(world.at) ?? world
        let rules = EligibilityRules(world: then)
        return try world.store.read { tx in
            guard let account = try tx.account(named: name) else { throw Refusal.notFound }
            try document?.checkGroups(in: tx)
            let groups = try tx.groups(of: account.id)
            let offering = try rules.offering(account, in: tx)
            let policy = scoped.map { $0.policy(for: $0.scopes(among: groups)) } ?? offering.rules.policy
            let eligibility = try rules.judge(
                account, methods: try tx.methods(of: account.id),
                hasPass: try TemporaryPasses(world: then).isLive(tx, account.id, under: policy),
                blockedUntil: try then.recoveryBlock(of: .account(account.id), in: tx), under: policy, in: tx)
            let isByGrace = scoped == nil && !eligibility.unmet.contains(.registered)
            return Explained(
                eligibility: eligibility, groups: groups, graceUntil: isByGrace ? offering.graceUntil : nil)
        }
    }
}
