public import SSPRVocabulary

/// Looking at the policy and changing it (feature F6).
public struct Policies: Sendable {
    let world: Surroundings
    let notices: Notices
    let passes: TemporaryPasses
    let eligibility: EligibilityRules

    var book: PolicyBook { world.policies }

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
        /// Where it stands among the others.
        public let place: Place
    }

    /// Which versions there are.
    public struct Place: Sendable, Equatable {
        /// When that was looked up.
        public let at: Timestamp
        /// The version in force then; 0 is the configuration alone.
        public let inForce: UInt32
        /// The greatest number that was given away, in force or not.
        public let newest: UInt32
        /// Those that come into force later, the next one first.
        public let scheduled: [PolicyVersionRow]

        /// How far a version is.
        public func state(of row: PolicyVersionRow) -> PolicyState {
            if row.cancelledAt != nil { return .cancelled }
            if let from = row.effectiveAt, from > at { return .scheduled }
            return row.version == inForce ? .inForce : .past
        }
    }

    /// What a document would do.
    public struct Plan: Sendable {
        /// The newest version, on which it would follow.
        public let base: UInt32
        /// The fields that would change.
        public let changes: [PolicyChange]
        /// Who would be concerned.
        public let impact: PolicyImpact
        /// The versions that would not come into force any more.
        public let overtaken: [UInt32]
    }

    /// What a change did.
    public struct Applied: Sendable {
        /// The new version's number.
        public let version: UInt32
        /// What changes with it.
        public let changes: [PolicyChange]
        /// From when; nil for at once.
        public let effectiveAt: Timestamp?
        /// The versions that do not come into force any more because of it.
        public let overtaken: [UInt32]
    }

    /// How a change is meant.
    public struct Order: Sendable {
        let reason: PolicyReason
        let base: UInt32
        let allowsLoss: Bool
        let effectiveAt: Timestamp?
        let graceDays: Int?

        /// Describes a change: why, after which version, and whether many may lose recovery by it.
        ///
        /// - Parameters:
        ///   - effectiveAt: From when it holds, up to a year ahead; at once without it.
        ///   - graceDays: In the place of what the document says of it: 0 to 90.
        public init(
            reason: PolicyReason, base: UInt32, allowsLoss: Bool, effectiveAt: Timestamp? = nil, graceDays: Int? = nil
        ) {
            self.reason = reason
            self.base = base
            self.allowsLoss = allowsLoss
            self.effectiveAt = effectiveAt
            self.graceDays = graceDays
        }
    }

    /// Throws `PolicyUnreadable` when a version that is or comes into force cannot be used; asked before anybody is served.
    public func check() throws {
        try world.store.read { tx in
            _ = try world.policyInForce(in: tx)
            for row in try tx.scheduledPolicies(after: world.now) { _ = try book.policy(row.version, in: tx) }
        }
    }

    /// Which versions there are now.
    func place(in tx: any Snapshot) throws -> Place {
        let now = world.now
        return Place(
            at: now, inForce: try tx.policyInForce(at: now, below: nil)?.version ?? 0,
            newest: try tx.newestPolicy() ?? 0, scheduled: try tx.scheduledPolicies(after: now))
    }

    /// A version, or the one in force; throws `Refusal.notFound` for one that there is not.
    public func show(_ version: UInt32?) throws -> Shown {
        try world.store.read { tx in
            let place = try place(in: tx)
            let version = version ?? place.inForce
            let row = try tx.policyVersion(version)
            guard version == 0 || row != nil else { throw Refusal.notFound }
            let policy = try book.policy(version, in: tx)
            return Shown(
                version: version, row: row,
                settings: try PolicyField.all.map { try setting($0, of: policy.house, row?.document) },
                sections: try sections(of: policy), place: place)
        }
    }

    private func sections(of policy: ScopedPolicy) throws -> [PolicySetting] {
        try policy.sections.sorted { $0.key.text < $1.key.text }.flatMap { group, values in
            try PolicyField.all.compactMap { field in
                try values[field.name].map { try section(field, $0, of: group) }
            }
        }
    }

    func section(_ field: PolicyField, _ value: PolicyValue, of group: GroupName) throws -> PolicySetting {
        PolicySetting(
            field: try PolicyFieldName(field.name), value: try PolicyText(value.text), origin: .document, group: group)
    }

    func setting(
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
    ) throws -> (versions: [PolicyVersionRow], isLast: Bool, place: Place) {
        try world.store.read { tx in
            let rows = try tx.policyVersions(before: version, limit: limit + 1)
            return (Array(rows.prefix(limit)), rows.count <= limit, try place(in: tx))
        }
    }
}
