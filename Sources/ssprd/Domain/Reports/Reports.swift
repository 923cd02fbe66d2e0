public import SSPRVocabulary

/// Figures for administrators and auditors, a page at a time: the reader adds the pages up (decision 0025).
///
/// Nothing here knows an address, a code or an answer.
public struct Reports: Sendable {
    let world: Surroundings
    let passes: TemporaryPasses
    let eligibility: EligibilityRules

    /// Accounts looked at for one page.
    static let accountsAtOnce = 1024
    /// Rows read from the store at once, which bounds the memory of a page.
    static let stride = 64
    /// Blocks of one page: as many as fit into a reply with the longest names.
    static let blocksAtOnce = 96

    /// How far a page of accounts is, users and administrators apart.
    public func registration(
        after name: AccountName?
    ) throws -> (users: RegistrationFigures, administrators: RegistrationFigures, reached: AccountName?) {
        try world.store.read { tx in
            var users = RegistrationCount()
            var administrators = RegistrationCount()
            let reached = try walk(after: name, tx) { account in
                let methods = try tx.methods(of: account.id)
                let policy = try eligibility.offering(account, in: tx).rules.policy
                let verdict = try eligibility.judge(
                    account, methods: methods, hasPass: try passes.isLive(tx, account.id, under: policy),
                    blockedUntil: try world.recoveryBlock(of: .account(account.id), in: tx), under: policy,
                    in: tx)
                let kinds = eligibility.usable(methods)
                if account.role.isAdministrator {
                    administrators.add(verdict, kinds)
                } else {
                    users.add(verdict, kinds)
                }
                return true
            }
            return (users.figures, administrators.figures, reached)
        }
    }

    /// Which accounts of a page are blocked now.
    public func blocked(after name: AccountName?) throws -> (accounts: [BlockedAccount], reached: AccountName?) {
        try world.store.read { tx in
            let now = world.now
            let numbers = try world.policy(in: tx).throttles
            var found: [BlockedAccount] = []
            let reached = try walk(after: name, tx) { account in
                for (kind, use) in [(CounterKind.recovery, BlockedUse.recovery), (.signIn, .signIn)] {
                    guard let counter = try tx.counter(.account(account.id), kind),
                        let until = kind == .recovery ? counter.block(under: numbers) : counter.blockedUntil,
                        until > now
                    else { continue }
                    found.append(
                        BlockedAccount(
                            account: account.name, use: use, failures: counter.count, since: counter.lastAt,
                            until: until))
                }
                return found.count < Self.blocksAtOnce
            }
            return (found, reached)
        }
    }

    /// Visits accounts in the order of their names until `visit` returns false; returns the last name, or nil after the last account.
    private func walk(
        after name: AccountName?, _ tx: any Snapshot, _ visit: (AccountRow) throws -> Bool
    ) throws -> AccountName? {
        var reached = name
        for _ in 0..<(Self.accountsAtOnce / Self.stride) {
            let rows = try tx.accounts(after: reached, limit: Self.stride)
            for row in rows {
                reached = row.name
                guard try visit(row) else { return reached }
            }
            if rows.count < Self.stride { return nil }
        }
        return reached
    }
}

/// Counts accounts.
private struct RegistrationCount {
    private var counted = RegistrationFigures()
    private var kinds: [MethodKind: UInt32] = [:]

    mutating func add(_ verdict: Eligibility, _ usable: [MethodKind]) {
        counted.accounts += 1
        if !verdict.unmet.contains(.enabled) { counted.enabled += 1 }
        if !verdict.unmet.contains(.licensed) { counted.licensed += 1 }
        if !verdict.unmet.contains(.registered) { counted.registered += 1 }
        if verdict.mayRecover { counted.capable += 1 }
        if verdict.unmet.contains(.notBlocked) { counted.blocked += 1 }
        for kind in Set(usable) { kinds[kind, default: 0] += 1 }
    }

    var figures: RegistrationFigures {
        var figures = counted
        figures.methods = MethodKind.allCases.compactMap { kind in
            kinds[kind].map { MethodTally(kind: kind, accounts: $0) }
        }
        return figures
    }
}
