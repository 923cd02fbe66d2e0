import SSPRDomain
import SSPRVocabulary

extension MemoryRows {
    /// What a new store has: a plan of any number of seats that everybody has.
    static var defaultPlan: PlanRow {
        guard let name = try? PlanName("default") else { preconditionFailure("the name of the default plan") }
        return PlanRow(id: PlanID(random: 0), name: name, seats: nil, isForEveryone: true)
    }

    /// Who has a plan, by whatever way; everybody does not count.
    func licensed(by plan: PlanID) -> Set<AccountID> {
        (holders[plan] ?? []).reduce(into: []) { accounts, holder in
            switch holder {
            case .everyone: break
            case .account(let account): accounts.insert(account)
            case .group(let group): accounts.formUnion(members[group] ?? [])
            }
        }
    }

    /// A plan with what follows from its holders.
    func counted(_ plan: PlanRow) -> PlanRow {
        var plan = plan
        plan.isForEveryone = holders[plan.id]?.contains(.everyone) ?? false
        plan.taken = UInt32(licensed(by: plan.id).count)
        return plan
    }
}

/// Groups and plans, kept as what was said and computed from it at each question.
extension MemorySnapshot {
    func group(named name: GroupName) -> GroupRow? { rows.groups.values.first { $0.name == name } }
    func groups(after name: GroupName?, limit: Int) -> [GroupRow] {
        let following = rows.groups.values.filter { group in name.map { $0.text < group.name.text } ?? true }
        return Array(following.sorted { $0.name.text < $1.name.text }.prefix(max(limit, 0)))
    }
    func members(of group: GroupID, after account: AccountID?, limit: Int) -> [AccountRow] {
        let following = (rows.members[group] ?? []).filter { member in account.map { $0 < member } ?? true }
        return following.sorted().prefix(max(limit, 0)).compactMap { rows.accounts[$0] }
    }
    func groups(of account: AccountID) -> [GroupName] {
        rows.groups.values.filter { rows.members[$0.id]?.contains(account) ?? false }.map(\.name)
            .sorted { $0.text < $1.text }
    }

    func plan(named name: PlanName) -> PlanRow? {
        rows.plans.values.first { $0.name == name }.map(rows.counted)
    }
    func plans(after name: PlanName?, limit: Int) -> [PlanRow] {
        let following = rows.plans.values.filter { plan in name.map { $0.text < plan.name.text } ?? true }
        return following.sorted { $0.name.text < $1.name.text }.prefix(max(limit, 0)).map(rows.counted)
    }
    func plans(of group: GroupID) -> [PlanRow] {
        rows.plans.values.filter { rows.holders[$0.id]?.contains(.group(group)) ?? false }
            .sorted { $0.name.text < $1.name.text }.map(rows.counted)
    }
    func isLicensed(_ account: AccountID) -> Bool {
        rows.plans.values.contains { plan in
            rows.holders[plan.id]?.contains(.everyone) ?? false || rows.licensed(by: plan.id).contains(account)
        }
    }
}

extension MemoryTransaction {
    func insert(_ group: GroupRow) throws {
        guard rows.groups[group.id] == nil, self.group(named: group.name) == nil else { throw RowConflict() }
        rows.groups[group.id] = group
    }
    func remove(_ group: GroupID) {
        rows.groups[group] = nil
        rows.members[group] = nil
        for plan in rows.holders.keys { rows.holders[plan]?.remove(.group(group)) }
    }
    func join(_ group: GroupID, _ account: AccountID) throws -> Bool {
        guard rows.groups[group] != nil, rows.accounts[account] != nil else { throw MemoryRowMissing() }
        return rows.members[group, default: []].insert(account).inserted
    }
    func leave(_ group: GroupID, _ account: AccountID) -> Bool { rows.members[group]?.remove(account) != nil }

    func insert(_ plan: PlanRow) throws {
        guard rows.plans[plan.id] == nil, self.plan(named: plan.name) == nil else { throw RowConflict() }
        rows.plans[plan.id] = plan
        rows.holders[plan.id] = plan.isForEveryone ? [.everyone] : []
    }
    func assign(_ plan: PlanID, to holder: PlanHolder) throws -> Bool {
        guard rows.plans[plan] != nil else { throw MemoryRowMissing() }
        return rows.holders[plan, default: []].insert(holder).inserted
    }
    func unassign(_ plan: PlanID, from holder: PlanHolder) -> Bool { rows.holders[plan]?.remove(holder) != nil }
}
