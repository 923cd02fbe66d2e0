public import SSPRVocabulary

/// Looking at the policy and changing it (feature F6).
public struct Policies: Sendable {
    let world: Surroundings
    let notices: Notices
    let passes: TemporaryPasses
    let eligibility: EligibilityRules

    private var book: PolicyBook { world.policies }

    /// A version of the policy, whole.
    public struct Shown: Sendable {
        /// Its number; 0 is the configuration alone.
        public let version: UInt32
        /// Its row; nil for version 0.
        public let row: PolicyVersionRow?
        /// Every field in the table's order.
        public let settings: [PolicySetting]
    }

    /// What a document would do.
    public struct Plan: Sendable {
        /// The version in force, on which it would follow.
        public let base: UInt32
        /// The fields that would change.
        public let changes: [PolicyChange]
        /// Who would be concerned.
        public let impact: PolicyImpact
    }

    /// How a change is meant.
    public struct Order: Sendable {
        let reason: PolicyReason
        let base: UInt32
        let allowsLoss: Bool

        /// Describes a change: why, after which version, and whether many may lose recovery by it.
        public init(reason: PolicyReason, base: UInt32, allowsLoss: Bool) {
            self.reason = reason
            self.base = base
            self.allowsLoss = allowsLoss
        }
    }

    /// Throws `PolicyUnreadable` when the newest version cannot be used; asked before anybody is served.
    public func check() throws { _ = try world.store.read { try book.newest(in: $0) } }

    /// A version, or the newest one; throws `Refusal.notFound` for one that there is not.
    public func show(_ version: UInt32?) throws -> Shown {
        try world.store.read { tx in
            let version = try version ?? book.newest(in: tx).version
            let row = try tx.policyVersion(version)
            guard version == 0 || row != nil else { throw Refusal.notFound }
            let policy = try book.policy(version, in: tx)
            return Shown(
                version: version, row: row,
                settings: try PolicyField.all.map { try setting($0, of: policy, row?.document) })
        }
    }

    private func setting(
        _ field: PolicyField, of policy: Policy, _ document: PolicyDocument?
    ) throws -> PolicySetting {
        var origin = PolicyOrigin.release
        if book.given.contains(field.name) { origin = .configuration }
        if document?.values[field.name] != nil { origin = .document }
        return PolicySetting(
            field: try PolicyFieldName(field.name), value: try PolicyText(field.read(policy).text), origin: origin)
    }

    /// A page of versions, newest first, without what they say.
    public func history(
        before version: UInt32?, limit: Int
    ) throws -> (versions: [PolicyVersionRow], isLast: Bool) {
        let rows = try world.store.read { try $0.policyVersions(before: version, limit: limit + 1) }
        return (Array(rows.prefix(limit)), rows.count <= limit)
    }

    /// What a document would change, and for whom; nothing is changed.
    public func plan(_ document: PolicyDocument) throws -> Plan {
        let new = try policy(of: document)
        let current = try world.store.read { try book.newest(in: $0) }
        return Plan(
            base: current.version, changes: try changes(from: current.policy, to: new),
            impact: try book.counting { try count(from: current.policy, to: new) })
    }

    /// Puts a document into force, in the place of the one before; returns the new version and what it changes.
    ///
    /// Throws `Refusal.policyMoved` when another version than the expected one is in force, and `Refusal.policyLoss` when more accounts
    /// would lose recovery than are tolerated. They are counted before, while others go on: decision 22 says what that promises.
    public func apply(
        _ document: PolicyDocument, _ order: Order, by actor: EventActor
    ) throws -> (version: UInt32, changes: [PolicyChange]) {
        try apply(document, order, restoring: nil, by: actor)
    }

    /// Puts the document of an earlier version into force once more, as a new version; of version 0 the empty one.
    public func rollBack(
        to version: UInt32, _ order: Order, by actor: EventActor
    ) throws -> (version: UInt32, changes: [PolicyChange]) {
        let document = try world.store.read { tx in
            guard version > 0 else { return PolicyDocument() }
            guard let row = try tx.policyVersion(version) else { throw Refusal.notFound }
            return row.document
        }
        return try apply(document, order, restoring: version, by: actor)
    }

    private func apply(
        _ document: PolicyDocument, _ order: Order, restoring restored: UInt32?, by actor: EventActor
    ) throws -> (version: UInt32, changes: [PolicyChange]) {
        let new = try policy(of: document)
        let current = try world.store.read { try book.newest(in: $0) }
        guard current.version == order.base else { throw Refusal.policyMoved(to: current.version) }
        let isForSome = PolicyField.all.contains {
            $0.decidesWhoRecovers && $0.read(current.policy) != $0.read(new)
        }
        if isForSome, !order.allowsLoss {
            let impact = try book.counting { try count(from: current.policy, to: new) }
            if impact.isGreat {
                try world.commit { try $0.append(event(.policyApplied, .refused, order.base, by: actor, .manyLose)) }
                throw Refusal.policyLoss(losing: impact.losing, capable: impact.capable)
            }
        }
        let applied: Result<(version: UInt32, changes: [PolicyChange]), Refusal> = try world.commit { tx in
            // Again: somebody else may have applied another one while accounts were counted.
            let current = try book.newest(in: tx)
            guard current.version == order.base else { return .failure(.policyMoved(to: current.version)) }
            let version = current.version + 1
            try tx.insert(
                PolicyVersionRow(
                    id: world.ambient.identifier(), version: version, appliedAt: world.now, uid: actor.uid,
                    reason: order.reason, restores: restored, document: document))
            try tx.append(event(.policyApplied, .succeeded, version, by: actor))
            let changes = try self.changes(from: current.policy, to: new)
            for change in changes {
                var event = self.event(.policyChanged, .succeeded, version, by: actor)
                event.change = change
                try tx.append(event)
            }
            try notices.tellOfPolicy(tx)
            return .success((version, changes))
        }
        world.bell.ring(.deliveries)
        return try applied.get()
    }

    private func policy(of document: PolicyDocument) throws -> Policy {
        do {
            let policy = try book.configured.applying(document)
            if let contradiction = policy.contradiction { throw contradiction }
            return policy
        } catch let fault as PolicyFault {
            throw Refusal.policyDocument("\(fault)")
        }
    }

    private func changes(from old: Policy, to new: Policy) throws -> [PolicyChange] {
        try PolicyField.all.compactMap { field in
            let (before, after) = (field.read(old), field.read(new))
            return before == after
                ? nil
                : PolicyChange(
                    field: try PolicyFieldName(field.name), before: try PolicyText(before.text),
                    after: try PolicyText(after.text))
        }
    }

    private func count(from old: Policy, to new: Policy) throws -> PolicyImpact {
        try PolicyImpactCount(world: world, passes: passes, eligibility: eligibility).count(from: old, to: new)
    }

    private func event(
        _ kind: EventKind, _ outcome: EventOutcome, _ version: UInt32, by actor: EventActor,
        _ reason: EventReason? = nil
    ) -> AuditEvent {
        AuditEvent(kind, outcome, at: world.now, by: actor, reason: reason, policy: version)
    }
}
