public import SSPRVocabulary

/// Who could recover under one policy and cannot under another.
public struct PolicyImpact: Sendable, Equatable {
    /// Accounts that were looked at; 0 where no field that decides who can recover changes, and nobody was looked at.
    public var accounts: UInt32 = 0
    /// Those that can recover now.
    public var capable: UInt32 = 0
    /// Those of them that could not any more.
    public var losing: UInt32 = 0
    /// Those that cannot now and could then.
    public var gaining: UInt32 = 0
    /// The first of those that lose it, in the order of their names.
    public var names: [AccountName] = []

    /// Names that are told.
    static let namesTold = 100
    /// Accounts that lose it before a change must be confirmed (feature F6).
    static let losingTolerated: UInt32 = 10
    /// The same in per cent of those that can recover now.
    static let percentTolerated: UInt64 = 5

    /// True when a change needs to be told once more that it is meant.
    var isGreat: Bool {
        losing > Self.losingTolerated || UInt64(losing) * 100 > UInt64(capable) * Self.percentTolerated
    }
}

/// Counts what a change of the policy does to accounts.
struct PolicyImpactCount {
    let world: Surroundings
    let passes: TemporaryPasses
    let eligibility: EligibilityRules

    /// Accounts that are looked at in one reading transaction: others may read and write between two pages.
    private static let page = 256

    /// Looks at every account under both policies, without the new one's time of grace, page by page, with the function that decides at each recovery.
    func count(from old: NumberedPolicy, to new: ScopedPolicy) throws -> PolicyImpact {
        var impact = PolicyImpact()
        var last: AccountName?
        repeat {
            let after = last
            let (verdicts, isLast) = try world.store.read { tx in
                let rows = try tx.accounts(after: after, limit: Self.page)
                return (try rows.map { ($0.name, try verdict($0, old, new, in: tx)) }, rows.count < Self.page)
            }
            for (name, verdict) in verdicts { impact.add(name, could: verdict.before, can: verdict.after) }
            last = isLast ? nil : verdicts.last?.0
        } while last != nil
        return impact
    }

    private func verdict(
        _ account: AccountRow, _ old: NumberedPolicy, _ new: ScopedPolicy, in tx: any Snapshot
    ) throws -> (before: Bool, after: Bool) {
        let methods = try tx.methods(of: account.id)
        let former = try world.policies.grace(of: old, at: world.now, in: tx)?.former.scoped
        let hasScopes = [old.scoped, new, former ?? new].contains { !$0.sections.isEmpty }
        let groups = hasScopes ? try tx.groups(of: account.id) : []
        func mayRecover(under scoped: ScopedPolicy) throws -> Bool {
            let policy = scoped.policy(for: scoped.scopes(among: groups))
            // Blocked by wrong proofs is a matter of a day, not of the policy.
            return try eligibility.judge(
                account, methods: methods, hasPass: try passes.isLive(tx, account.id, under: policy), blockedUntil: nil,
                under: policy, in: tx
            ).mayRecover
        }
        // Whoever can recover by grace only can do so now, and not under a version after the next one.
        let could = try mayRecover(under: old.scoped) || former.map { try mayRecover(under: $0) } ?? false
        return (could, try mayRecover(under: new))
    }
}

extension PolicyImpact {
    fileprivate mutating func add(_ name: AccountName, could: Bool, can: Bool) {
        accounts += 1
        if could { capable += 1 }
        if can, !could { gaining += 1 }
        guard could, !can else { return }
        losing += 1
        if names.count < Self.namesTold { names.append(name) }
    }
}
