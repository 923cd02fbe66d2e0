public import SSPRVocabulary

extension Policies {
    /// What holds for an account, field by field, and whether the house or one of its groups decides; throws `Refusal.notFound`.
    public func explain(_ name: AccountName) throws -> Explained {
        try world.store.read { tx in
            guard let account = try tx.account(named: name) else { throw Refusal.notFound }
            let newest = try world.policyInForce(in: tx)
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
}
