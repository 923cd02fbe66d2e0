public import SSPRDomain
import SSPRVocabulary
import Yams

extension DocumentNode {
    /// For whom recovery is on: `all`, `none`, or a mapping of `include` and `exclude`, each a list of groups.
    public func enablement(_ key: String) throws -> Enablement? {
        try value(key, allowed: "all, none, or a mapping with the lists of groups include and exclude") { node in
            if let mapping = node.mapping {
                let known = mapping.keys.allSatisfy { ["include", "exclude"].contains($0.string) }
                let include = mapping["include"].map { Self.groups($0) }
                let exclude = mapping["exclude"].map { Self.groups($0) }
                guard known, !mapping.isEmpty, include != .some(nil), exclude != .some(nil) else { return nil }
                return .selected(include: include ?? nil, exclude: (exclude ?? nil) ?? [])
            }
            switch node.scalar?.string {
            case "all": return .all
            case "none": return Enablement.none
            default: return nil
            }
        }
    }

    private static func groups(_ node: Node) -> [GroupName]? {
        node.sequence.flatMap { sequence in
            let names = sequence.compactMap { $0.scalar.flatMap { try? GroupName($0.string) } }
            return names.count == sequence.count && !names.isEmpty ? names : nil
        }
    }
}
