public import SSPRDomain
import SSPRVocabulary

extension DocumentNode {
    /// Reads every field of the policy that the document names, as the table of fields says.
    public func policy() throws -> PolicyDocument { PolicyDocument(try values(of: PolicyField.all)) }

    /// Reads the sections of groups.
    func groupSections() throws -> [GroupName: [String: PolicyValue]] {
        guard let sections = try section("groups") else { return [:] }
        var groups: [GroupName: [String: PolicyValue]] = [:]
        for key in sections.keys {
            guard let name = try? GroupName(key) else {
                throw DocumentError(
                    place: sections.place(of: key), problem: "groups.\(key.quotable) is no group's name",
                    allowed: "the names that ssprclient groups list shows")
            }
            guard let section = try sections.section(key) else { continue }
            for field in PolicyField.all where !field.isForGroups {
                try section.refuse(field.name, "outside of groups only", because: PolicyField.isOfTheHouse)
            }
            try section.refuseConfiguration()
            let values = try section.values(of: PolicyField.all.filter(\.isForGroups))
            if !values.isEmpty { groups[name] = values }
        }
        guard groups.values.map(\.count).reduce(0, +) <= PolicyDocument.maximumGroupValues else {
            throw DocumentError(
                place: place(of: "groups"), problem: "the groups' sections hold too much",
                allowed: "\(PolicyDocument.maximumGroupValues) values together")
        }
        return groups
    }

    private func values(of fields: [PolicyField]) throws -> [String: PolicyValue] {
        var values: [String: PolicyValue] = [:]
        for field in fields {
            guard let (node, key) = try node(of: field.name) else { continue }
            values[field.name] =
                switch field.kind {
                case .flag: try node.boolean(key).map(PolicyValue.flag)
                case .number(let range, _): try node.number(key, range).map(PolicyValue.number)
                case .language:
                    try node.language(key, allowed: field.allowed, isSpoken: PolicyField.isSpoken)
                        .map { .word($0.text) }
                }
        }
        return values
    }

    /// Refuses what only the configuration file may say.
    func refuseConfiguration() throws {
        for (name, reason) in PolicyField.configurationOnly {
            try refuse(name, "in the configuration file only", because: reason)
        }
    }

    private func refuse(_ name: String, _ where: String, because reason: String) throws {
        guard let (node, key) = try node(of: name), node.holds(key) else { return }
        throw DocumentError(
            place: node.place(of: key), problem: "\(path(name)) may stand \(`where`): \(reason)",
            allowed: "the fields that ssprclient policy show lists")
    }

    /// Complains about a value that does not go with the others, in the place where it stands.
    public func complaint(about fault: PolicyFault) throws -> DocumentError {
        let place = try node(of: fault.field).map { $0.node.place(of: $0.key) } ?? place(of: "")
        return DocumentError(
            place: place, problem: "\(fault.field) cannot be \"\(fault.value)\"", allowed: fault.allowed)
    }

    /// The mapping in which a field of a dotted name stands, and its key there; nil where there is no such mapping.
    private func node(of name: String) throws -> (node: DocumentNode, key: String)? {
        var node = self
        var parts = name.split(separator: ".").map(String.init)[...]
        while parts.count > 1 {
            guard let section = try node.section(parts.removeFirst()) else { return nil }
            node = section
        }
        return parts.first.map { (node, $0) }
    }
}
