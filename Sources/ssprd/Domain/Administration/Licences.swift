public import SSPRVocabulary

/// Licence plans: how many accounts may recover and register (feature F1).
///
/// A new installation has one, `default`, without a number of seats and assigned to everyone.
public struct Licences: Sendable {
    let world: Surroundings

    /// Who a plan is assigned to, by name.
    public enum Holder: Sendable {
        /// Everybody, now and later.
        case everyone
        /// One account.
        case account(AccountName)
        /// All members of a group, now and later.
        case group(GroupName)
    }

    /// Adds a plan that nobody has yet.
    public func add(_ name: PlanName, seats: UInt32?, by actor: EventActor) throws {
        do {
            try world.commit { tx in
                try tx.insert(PlanRow(id: world.ambient.identifier(), name: name, seats: seats))
                try tx.append(AuditEvent(.licenceAdded, .succeeded, at: world.now, by: actor, plan: name))
            }
        } catch is RowConflict {
            throw Refusal.conflict
        }
    }

    /// Assigns a plan; throws `Refusal.conflict` when it has not seats enough, and for a plan of counted seats to everyone.
    public func assign(_ name: PlanName, to holder: Holder, by actor: EventActor) throws {
        let assigned: Result<Void, Refusal> = try world.commit { tx in
            let plan = try plan(name, tx)
            let row = try row(of: holder, tx)
            if case .everyone = holder, plan.seats != nil {
                try append(tx, .licenceAssigned, name, holder, .refused, .noSeat, by: actor)
                return .failure(.conflict)
            }
            guard try tx.assign(plan.id, to: row) else { return .success(()) }
            guard try tx.plan(named: name)?.isOverfull != true else {
                // Undone by hand: a refusal that is thrown would undo its record too.
                _ = try tx.unassign(plan.id, from: row)
                try append(tx, .licenceAssigned, name, holder, .refused, .noSeat, by: actor)
                return .failure(.conflict)
            }
            try append(tx, .licenceAssigned, name, holder, by: actor)
            return .success(())
        }
        try assigned.get()
    }

    /// Takes an assignment back; what somebody has by another way stays.
    public func unassign(_ name: PlanName, from holder: Holder, by actor: EventActor) throws {
        try world.commit { tx in
            guard try tx.unassign(try plan(name, tx).id, from: try row(of: holder, tx)) else { return }
            try append(tx, .licenceUnassigned, name, holder, by: actor)
        }
    }

    /// A page of plans in the order of their names.
    public func list(after name: PlanName?, limit: Int) throws -> (plans: [PlanRow], isLast: Bool) {
        let rows = try world.store.read { try $0.plans(after: name, limit: limit + 1) }
        return (Array(rows.prefix(limit)), rows.count <= limit)
    }

    private func plan(_ name: PlanName, _ tx: any Snapshot) throws -> PlanRow {
        guard let plan = try tx.plan(named: name) else { throw Refusal.notFound }
        return plan
    }

    private func row(of holder: Holder, _ tx: any Snapshot) throws -> PlanHolder {
        switch holder {
        case .everyone: return .everyone
        case .account(let name):
            guard let account = try tx.account(named: name) else { throw Refusal.notFound }
            return .account(account.id)
        case .group(let name):
            guard let group = try tx.group(named: name) else { throw Refusal.notFound }
            return .group(group.id)
        }
    }

    private func append(
        _ tx: any Transaction, _ kind: EventKind, _ plan: PlanName, _ holder: Holder,
        _ outcome: EventOutcome = .succeeded, _ reason: EventReason? = nil, by actor: EventActor
    ) throws {
        var event = AuditEvent(kind, outcome, at: world.now, by: actor, reason: reason, plan: plan)
        switch holder {
        case .everyone: break
        case .account(let name): event.account = name
        case .group(let name): event.group = name
        }
        try tx.append(event)
    }
}
