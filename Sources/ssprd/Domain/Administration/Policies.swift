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
        /// What the sections of groups say, in the order of their names.
        public let sections: [PolicySetting]
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
                settings: try PolicyField.all.map { try setting($0, of: policy.house, row?.document) },
                sections: try sections(of: policy))
        }
    }

    private func sections(of policy: ScopedPolicy) throws -> [PolicySetting] {
        try policy.sections.sorted { $0.key.text < $1.key.text }.flatMap { group, values in
            try PolicyField.all.compactMap { field in
                try values[field.name].map { try section(field, $0, of: group) }
            }
        }
    }

    private func section(_ field: PolicyField, _ value: PolicyValue, of group: GroupName) throws -> PolicySetting {
        PolicySetting(
            field: try PolicyFieldName(field.name), value: try PolicyText(value.text), origin: .document, group: group)
    }

    /// What holds for an account, field by field, and whether the house or one of its groups decides; throws `Refusal.notFound`.
    public func explain(_ name: AccountName) throws -> Explained {
        try world.store.read { tx in
            guard let account = try tx.account(named: name) else { throw Refusal.notFound }
            let newest = try book.newest(in: tx)
            let rules = try newest.rules(for: account.id, in: tx)
            let document = try tx.policyVersion(newest.version)?.document
            return Explained(
                version: newest.version, scopes: rules.scopes,
                decisions: try PolicyField.all.map { field in
                    let house = try setting(field, of: newest.policy, document)
                    return try decision(field, house, newest.scoped, rules)
                })
        }
    }

    /// The strictest value wins; of those that are alike the house's, then the first group's.
    private func decision(
        _ field: PolicyField, _ house: PolicySetting, _ scoped: ScopedPolicy, _ rules: AccountPolicy
    ) throws -> PolicyDecision {
        let value = field.read(rules.policy)
        let said = try rules.scopes.compactMap { group in
            try scoped.sections[group]?[field.name].map { try section(field, $0, of: group) }
        }
        let winner = ([house] + said).first { $0.value.text == value.text } ?? house
        return PolicyDecision(
            field: house.field, value: try PolicyText(value.text), origin: winner.origin, group: winner.group,
            others: ([house] + said).filter { $0 != winner })
    }

    /// Which policy holds for an account.
    public struct Explained: Sendable {
        /// The version in force.
        public let version: UInt32
        /// Those of its groups that have a section.
        public let scopes: [GroupName]
        /// Every field in the table's order.
        public let decisions: [PolicyDecision]
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
        let current = try world.store.read { tx in
            try checkGroups(of: document, in: tx)
            return try book.newest(in: tx)
        }
        return Plan(
            base: current.version, changes: try changes(from: current.scoped, to: new),
            impact: try book.counting { try count(from: current.scoped, to: new) })
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
        if decidesWhoRecovers(new, after: current.scoped), !order.allowsLoss {
            let impact = try book.counting { try count(from: current.scoped, to: new) }
            if impact.isGreat {
                try world.commit { try $0.append(event(.policyApplied, .refused, order.base, by: actor, .manyLose)) }
                throw Refusal.policyLoss(losing: impact.losing, capable: impact.capable)
            }
        }
        let applied: Result<(version: UInt32, changes: [PolicyChange]), Refusal> = try world.commit { tx in
            // Again: somebody else may have applied another one while accounts were counted.
            let current = try book.newest(in: tx)
            guard current.version == order.base else { return .failure(.policyMoved(to: current.version)) }
            // Groups may have been removed since a document was read, and since an earlier version was in force.
            try checkGroups(of: document, in: tx)
            let version = current.version + 1
            try tx.insert(
                PolicyVersionRow(
                    id: world.ambient.identifier(), version: version, appliedAt: world.now, uid: actor.uid,
                    reason: order.reason, restores: restored, document: document))
            try tx.append(event(.policyApplied, .succeeded, version, by: actor))
            let changes = try self.changes(from: current.scoped, to: new)
            for change in changes {
                var event = self.event(.policyChanged, .succeeded, version, by: actor)
                event.group = change.group
                event.change = PolicyChange(field: change.field, before: change.before, after: change.after)
                try tx.append(event)
            }
            try notices.tellOfPolicy(tx)
            return .success((version, changes))
        }
        world.bell.ring(.deliveries)
        return try applied.get()
    }

    private func policy(of document: PolicyDocument) throws -> ScopedPolicy {
        do {
            let policy = try ScopedPolicy(book.configured, document)
            if let contradiction = policy.contradiction { throw contradiction }
            return policy
        } catch let fault as PolicyFault {
            throw Refusal.policyDocument("\(fault)")
        }
    }

    /// Throws `Refusal.policyDocument` for a section of a group that there is not, with the nearest that there is.
    private func checkGroups(of document: PolicyDocument, in tx: any Snapshot) throws {
        for group in document.groups.keys.sorted(by: { $0.text < $1.text })
        where try tx.group(named: group) == nil {
            let near = try nearest(to: group, in: tx).map { "; the nearest is groups.\($0)" } ?? ""
            throw Refusal.policyDocument(
                "groups.\(group) is no group\(near). Allowed: the names that ssprclient groups list shows.")
        }
    }

    private func nearest(to group: GroupName, in tx: any Snapshot) throws -> GroupName? {
        var (nearest, last): (GroupName?, GroupName?) = (nil, nil)
        while true {
            let page = try tx.groups(after: last, limit: 256).map(\.name)
            let known = (page + (nearest.map { [$0] } ?? [])).map(\.text)
            nearest = try Nearest.of(group.text, in: known).map { try GroupName($0) }
            guard page.count == 256 else { return nearest }
            last = page.last
        }
    }

    /// True where a field that decides who can recover has another value, for the house or for some group.
    private func decidesWhoRecovers(_ new: ScopedPolicy, after old: ScopedPolicy) -> Bool {
        PolicyField.all.contains { field in
            guard field.decidesWhoRecovers else { return false }
            return field.read(old.house) != field.read(new.house)
                || Set(old.sections.keys).union(new.sections.keys).contains {
                    old.sections[$0]?[field.name] != new.sections[$0]?[field.name]
                }
        }
    }

    /// What changes for the house, in the table's order, then in the sections of groups.
    private func changes(from old: ScopedPolicy, to new: ScopedPolicy) throws -> [PolicyChange] {
        func change(
            _ field: PolicyField, _ before: PolicyValue?, _ after: PolicyValue?, of group: GroupName? = nil
        ) throws -> PolicyChange? {
            guard before != after else { return nil }
            return PolicyChange(
                field: try PolicyFieldName(field.name), before: try PolicyText(before?.text ?? ""),
                after: try PolicyText(after?.text ?? ""), group: group)
        }
        let groups = Set(old.sections.keys).union(new.sections.keys).sorted { $0.text < $1.text }
        return try PolicyField.all.compactMap { try change($0, $0.read(old.house), $0.read(new.house)) }
            + groups.flatMap { group in
                try PolicyField.all.compactMap {
                    try change($0, old.sections[group]?[$0.name], new.sections[group]?[$0.name], of: group)
                }
            }
    }

    private func count(from old: ScopedPolicy, to new: ScopedPolicy) throws -> PolicyImpact {
        try PolicyImpactCount(world: world, passes: passes, eligibility: eligibility).count(from: old, to: new)
    }

    private func event(
        _ kind: EventKind, _ outcome: EventOutcome, _ version: UInt32, by actor: EventActor,
        _ reason: EventReason? = nil
    ) -> AuditEvent {
        AuditEvent(kind, outcome, at: world.now, by: actor, reason: reason, policy: version)
    }
}
