public import SSPRVocabulary

/// Groups of accounts: plans are assigned to them, and recovery is on or off for them.
public struct Groups: Sendable {
    let world: Surroundings

    /// Adds an empty group.
    public func add(_ name: GroupName, by actor: EventActor) throws {
        do {
            try world.commit { tx in
                try tx.insert(GroupRow(id: world.ambient.identifier(), name: name, addedAt: world.now))
                try append(tx, .groupAdded, name, by: actor)
            }
        } catch is RowConflict {
            throw Refusal.conflict
        }
    }

    /// Removes a group; its members lose what they had by it.
    ///
    /// Throws `Refusal.groupInPolicy` while the policy, or one that comes into force
    /// later, has a section for it: that is taken out first, by whoever decides about the policy.
    public func remove(_ name: GroupName, by actor: EventActor) throws {
        try world.commit { tx in
            let documents = try tx.scheduledPolicies(after: world.now).map(\.document)
            guard try world.policyInForce(in: tx).scoped.sections[name] == nil,
                documents.allSatisfy({ $0.groups[name] == nil })
            else { throw Refusal.groupInPolicy }
            try tx.remove(try group(name, tx).id)
            try append(tx, .groupRemoved, name, by: actor)
        }
    }

    /// A page of groups in the order of their names.
    public func list(after name: GroupName?, limit: Int) throws -> (groups: [GroupRow], isLast: Bool) {
        let rows = try world.store.read { try $0.groups(after: name, limit: limit + 1) }
        return (Array(rows.prefix(limit)), rows.count <= limit)
    }

    /// A page of members in the order of their numbers.
    public func members(
        of name: GroupName, after account: AccountID?, limit: Int
    ) throws -> (members: [AccountRow], isLast: Bool) {
        let rows = try world.store.read { tx in
            try tx.members(of: try group(name, tx).id, after: account, limit: limit + 1)
        }
        return (Array(rows.prefix(limit)), rows.count <= limit)
    }

    /// Makes accounts members: all of them, or none when one is not there, or when a plan of the group has no seat for all.
    public func join(_ name: GroupName, _ accounts: [AccountName], by actor: EventActor) throws {
        let joined: Result<Void, Refusal> = try world.commit { tx in
            let group = try group(name, tx)
            let rows = try accounts.map { try account($0, tx) }
            let new = try rows.filter { try tx.join(group.id, $0.id) }
            if let full = try tx.plans(of: group.id).first(where: \.isOverfull) {
                // Undone by hand: a refusal that is thrown would undo its record too.
                for account in new { _ = try tx.leave(group.id, account.id) }
                for account in new {
                    try append(tx, .groupJoined, name, account.name, .refused, .noSeat, full.name, by: actor)
                }
                return .failure(.conflict)
            }
            for account in new { try append(tx, .groupJoined, name, account.name, by: actor) }
            return .success(())
        }
        try joined.get()
    }

    /// Ends memberships: all of them, or none when one account is not there.
    public func leave(_ name: GroupName, _ accounts: [AccountName], by actor: EventActor) throws {
        try world.commit { tx in
            let group = try group(name, tx)
            for account in try accounts.map({ try account($0, tx) }) where try tx.leave(group.id, account.id) {
                try append(tx, .groupLeft, name, account.name, by: actor)
            }
        }
    }

    private func group(_ name: GroupName, _ tx: any Snapshot) throws -> GroupRow {
        guard let group = try tx.group(named: name) else { throw Refusal.notFound }
        return group
    }

    private func account(_ name: AccountName, _ tx: any Snapshot) throws -> AccountRow {
        guard let account = try tx.account(named: name) else { throw Refusal.notFound }
        return account
    }

    private func append(
        _ tx: any Transaction, _ kind: EventKind, _ group: GroupName, _ account: AccountName? = nil,
        _ outcome: EventOutcome = .succeeded, _ reason: EventReason? = nil, _ plan: PlanName? = nil,
        by actor: EventActor
    ) throws {
        try tx.append(
            AuditEvent(
                kind, outcome, at: world.now, by: actor, account: account, reason: reason, group: group, plan: plan))
    }
}
