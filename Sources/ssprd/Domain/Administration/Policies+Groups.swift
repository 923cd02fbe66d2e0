import SSPRVocabulary

// The groups that a document names.

extension PolicyDocument {
    /// Throws `Refusal.policyDocument` for a section of a group that there is not, with the nearest that there is.
    func checkGroups(in tx: any Snapshot) throws {
        for group in groups.keys.sorted(by: { $0.text < $1.text })
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
}
