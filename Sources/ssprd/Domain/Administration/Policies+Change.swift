public import SSPRVocabulary

// Planning, applying and taking back (decisions 22 and 30).

extension Policies {
    /// How far ahead a version may come into force, and how far ahead and back anything is told.
    static let farthest = Timestamp.Span.hours(366 * 24)
    /// Versions that may wait for their time.
    static let mostScheduled = 16

    /// What a document would change, and for whom; nothing is changed.
    public func plan(_ document: PolicyDocument, at moment: Timestamp? = nil) throws -> Plan {
        let new = try book.policy(of: document)
        try check(moment)
        let start = try world.store.read { tx in
            try document.checkGroups(in: tx)
            return try self.start(of: moment, in: tx)
        }
        return Plan(
            base: start.place.newest, changes: try new.changes(from: start.before.scoped),
            impact: try book.counting { try count(from: start.before, to: new) },
            overtaken: start.overtaken.map(\.version))
    }

    /// Puts a document into force in the place of the one before, at once or from a moment on.
    ///
    /// Throws `Refusal.policyMoved` when there is another version than the expected one, and `Refusal.policyLoss` when more accounts
    /// would lose recovery than are tolerated. They are counted before, while others go on: decision 22 says what that promises.
    public func apply(_ document: PolicyDocument, _ order: Order, by actor: EventActor) throws -> Applied {
        try apply(document, order, restoring: nil, by: actor)
    }

    /// Puts the document of an earlier version into force once more, as a new version; of version 0 the empty one.
    public func rollBack(to version: UInt32, _ order: Order, by actor: EventActor) throws -> Applied {
        let document = try world.store.read { tx in
            guard version > 0 else { return PolicyDocument() }
            guard let row = try tx.policyVersion(version) else { throw Refusal.notFound }
            return row.document
        }
        return try apply(document, order, restoring: version, by: actor)
    }

    /// What a change begins from.
    private struct Start {
        let place: Place
        /// What holds right before it comes into force.
        let before: NumberedPolicy
        /// Those that would have come into force later than it, and do not any more.
        let overtaken: [PolicyVersionRow]
    }

    private func start(of moment: Timestamp?, in tx: any Snapshot) throws -> Start {
        let place = try place(in: tx)
        return Start(
            place: place, before: try book.inForce(at: moment ?? place.at, in: tx),
            overtaken: place.scheduled.filter { row in
                guard let moment, let other = row.effectiveAt else { return true }
                return other >= moment
            })
    }

    private func check(_ moment: Timestamp?) throws {
        guard let moment else { return }
        guard moment > world.now, moment <= world.now + Self.farthest else { throw Refusal.policyTime }
    }

    private func apply(
        _ given: PolicyDocument, _ order: Order, restoring restored: UInt32?, by actor: EventActor
    ) throws -> Applied {
        var wanted = given
        if let days = order.graceDays { wanted.values[PolicyField.grace] = .number(days) }
        let document = wanted
        let new = try book.policy(of: document)
        try check(order.effectiveAt)
        let seen = try world.store.read { try start(of: order.effectiveAt, in: $0) }
        guard seen.place.newest == order.base else { throw Refusal.policyMoved(to: seen.place.newest) }
        if new.decidesWhoRecovers(after: seen.before.scoped), !order.allowsLoss {
            let impact = try book.counting { try count(from: seen.before, to: new) }
            if impact.isGreat {
                try world.commit { try $0.append(event(.policyApplied, .refused, order.base, by: actor, .manyLose)) }
                throw Refusal.policyLoss(losing: impact.losing, capable: impact.capable)
            }
        }
        let applied: Result<Applied, Refusal> = try world.commit { tx in
            // Again: somebody else may have applied another one while accounts were counted, or one has come into force.
            let start = try start(of: order.effectiveAt, in: tx)
            guard start.place.newest == order.base, start.before.version == seen.before.version else {
                return .failure(.policyMoved(to: start.place.newest))
            }
            // Groups may have been removed since a document was read, and since an earlier version was in force.
            try document.checkGroups(in: tx)
            guard start.place.scheduled.count - start.overtaken.count < Self.mostScheduled else {
                return .failure(.conflict)
            }
            let version = start.place.newest + 1
            try tx.insert(
                PolicyVersionRow(
                    id: world.ambient.identifier(), version: version, appliedAt: world.now, uid: actor.uid,
                    reason: order.reason, restores: restored, document: document, effectiveAt: order.effectiveAt))
            var applied = event(.policyApplied, .succeeded, version, by: actor)
            applied.effectiveAt = order.effectiveAt
            try tx.append(applied)
            let changes = try new.changes(from: start.before.scoped)
            for change in changes {
                var event = self.event(.policyChanged, .succeeded, version, by: actor)
                event.effectiveAt = order.effectiveAt
                event.group = change.group
                event.change = PolicyChange(field: change.field, before: change.before, after: change.after)
                try tx.append(event)
            }
            for row in start.overtaken {
                try tx.cancelPolicy(row.version, at: world.now)
                try tx.append(event(.policyCancelled, .succeeded, row.version, by: actor, .superseded))
            }
            try notices.tellOfPolicy(tx)
            return .success(
                Applied(
                    version: version, changes: changes, effectiveAt: order.effectiveAt,
                    overtaken: start.overtaken.map(\.version)))
        }
        world.bell.ring(.deliveries)
        return try applied.get()
    }

    /// Has a version that comes into force later never do so.
    ///
    /// Throws `Refusal.notFound` for one that there is not, and `Refusal.policyNotScheduled` for one that is or was in force, is cancelled,
    /// or is what a later one follows: what that one changes was counted and told after this one.
    public func cancel(_ version: UInt32, by actor: EventActor) throws {
        try world.commit { tx in
            guard try tx.policyVersion(version) != nil else { throw Refusal.notFound }
            guard try tx.scheduledPolicies(after: world.now).last?.version == version else {
                throw Refusal.policyNotScheduled
            }
            try tx.cancelPolicy(version, at: world.now)
            try tx.append(event(.policyCancelled, .succeeded, version, by: actor))
            try notices.tellOfPolicy(tx)
        }
        world.bell.ring(.deliveries)
    }

    private func count(from old: NumberedPolicy, to new: ScopedPolicy) throws -> PolicyImpact {
        try PolicyImpactCount(world: world, passes: passes, eligibility: eligibility).count(from: old, to: new)
    }

    private func event(
        _ kind: EventKind, _ outcome: EventOutcome, _ version: UInt32, by actor: EventActor,
        _ reason: EventReason? = nil
    ) -> AuditEvent {
        AuditEvent(kind, outcome, at: world.now, by: actor, reason: reason, policy: version)
    }
}
