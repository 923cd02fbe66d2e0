import SSPRVocabulary

// What one version says otherwise than another.

extension ScopedPolicy {
    /// True where a field that decides who can recover has another value, for the house or for some group.
    func decidesWhoRecovers(after old: ScopedPolicy) -> Bool {
        PolicyField.all.contains { field in
            guard field.decidesWhoRecovers else { return false }
            return field.read(old.house) != field.read(house)
                || Set(old.sections.keys).union(sections.keys).contains {
                    old.sections[$0]?[field.name] != sections[$0]?[field.name]
                }
        }
    }

    /// What changes for the house, in the table's order, then in the sections of groups.
    func changes(from old: ScopedPolicy) throws -> [PolicyChange] {
        func change(
            _ field: PolicyField, _ before: PolicyValue?, _ after: PolicyValue?, of group: GroupName? = nil
        ) throws -> PolicyChange? {
            guard before != after else { return nil }
            return PolicyChange(
                field: try PolicyFieldName(field.name), before: try PolicyText(before?.text ?? ""),
                after: try PolicyText(after?.text ?? ""), group: group)
        }
        let groups = Set(old.sections.keys).union(sections.keys).sorted { $0.text < $1.text }
        return try PolicyField.all.compactMap { try change($0, $0.read(old.house), $0.read(house)) }
            + groups.flatMap { group in
                try PolicyField.all.compactMap {
                    try change($0, old.sections[group]?[$0.name], sections[group]?[$0.name], of: group)
                }
            }
    }
}
