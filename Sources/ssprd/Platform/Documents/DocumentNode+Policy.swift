public import SSPRDomain
import SSPRVocabulary

extension DocumentNode {
    /// Reads every field of the policy that the document names, as the table of fields says.
    public func policy() throws -> PolicyDocument {
        var document = PolicyDocument()
        for field in PolicyField.all {
            guard let (node, key) = try node(of: field.name) else { continue }
            document.values[field.name] =
                switch field.kind {
                case .flag: try node.boolean(key).map(PolicyValue.flag)
                case .number(let range, _): try node.number(key, range).map(PolicyValue.number)
                case .language:
                    try node.language(key, allowed: field.allowed, isSpoken: PolicyField.isSpoken)
                        .map { .word($0.text) }
                }
        }
        return document
    }

    /// Refuses what only the configuration file may say.
    func refuseConfiguration() throws {
        for (name, reason) in PolicyField.configurationOnly {
            guard let (node, key) = try node(of: name), node.holds(key) else { continue }
            throw DocumentError(
                place: node.place(of: key), problem: "\(name) may stand in the configuration file only: \(reason)",
                allowed: "the fields that ssprclient policy show lists")
        }
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
