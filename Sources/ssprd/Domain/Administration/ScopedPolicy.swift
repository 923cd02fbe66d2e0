import SSPRVocabulary

/// What a version of the policy says: for the whole house, and for the members of some groups (decision 29).
///
/// For one account the strictest of all values holds, field by field: a section can only ask for more, and the order of groups does not count.
struct ScopedPolicy: Sendable {
    /// What holds for whoever is in none of the groups below.
    let house: Policy
    /// What the sections of groups say, by their names.
    let sections: [GroupName: [String: PolicyValue]]

    /// Puts a document upon the configuration's policy.
    ///
    /// Throws `PolicyFault` for what this release does not accept. What several fields say together is not compared: see `contradiction`.
    init(_ configured: Policy, _ document: PolicyDocument) throws(PolicyFault) {
        house = try configured.applying(document)
        for (group, values) in document.groups {
            for (name, value) in values { try Self.check(name, value, of: group) }
        }
        sections = document.groups
    }

    /// What holds without any document.
    init(_ configured: Policy) {
        house = configured
        sections = [:]
    }

    private static func check(_ name: String, _ value: PolicyValue, of group: GroupName) throws(PolicyFault) {
        func fault(_ allowed: String) -> PolicyFault {
            PolicyFault(field: "groups.\(group).\(name)", value: value.text, allowed: allowed)
        }
        guard let field = PolicyField.named(name) else { throw fault("fields of this release") }
        guard field.isForGroups else { throw fault("nothing: \(PolicyField.isOfTheHouse)") }
        guard field.accepts(value) else { throw fault(field.allowed) }
    }

    /// Those of an account's groups that have a section.
    func scopes(among groups: [GroupName]) -> [GroupName] { groups.filter { sections[$0] != nil } }

    /// What holds for a member of these groups.
    func policy(for scopes: [GroupName]) -> Policy {
        var policy = strictest(for: scopes)
        // The configuration may have changed since a document was compared with it; who registered fewer is asked all of them.
        policy.questionsAsked = min(policy.questionsAsked, policy.questionsRegistered)
        return policy
    }

    private func strictest(for scopes: [GroupName]) -> Policy {
        var policy = house
        for group in scopes {
            for (name, value) in sections[group] ?? [:] {
                guard let field = PolicyField.named(name) else { continue }
                _ = field.write(&policy, field.stricter(field.read(policy), value))
            }
        }
        return policy
    }

    /// What of two fields does not fit together, for the house or for the members of one group; nil where all does.
    ///
    /// Each of them for itself is enough: what holds for members of several has each value from one of those.
    var contradiction: PolicyFault? {
        if let fault = house.contradiction { return fault }
        for group in sections.keys.sorted(by: { $0.text < $1.text }) {
            guard let fault = strictest(for: [group]).contradiction else { continue }
            return PolicyFault(field: "groups.\(group).\(fault.field)", value: fault.value, allowed: fault.allowed)
        }
        return nil
    }
}

/// What holds for one account, and from where.
struct AccountPolicy: Sendable {
    /// The version of the policy.
    let version: UInt32
    /// The account's groups that have a section in it, in the order of their names.
    let scopes: [GroupName]
    /// The strictest of what the house and those groups say.
    let policy: Policy
}
