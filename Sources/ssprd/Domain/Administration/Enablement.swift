public import SSPRVocabulary

/// For whom recovery is on at all (feature F1); administrators' own accounts have a switch of their own (feature F5).
public enum Enablement: Sendable, Equatable {
    /// For everybody.
    case all
    /// For nobody.
    case none
    /// For the members of some groups, or for everybody where none is named, without the members of others: to be excluded wins.
    case selected(include: [GroupName]?, exclude: [GroupName])

    /// True when it is on for a member of these groups.
    func admits(_ groups: [GroupName]) -> Bool {
        switch self {
        case .all: return true
        case .none: return false
        case .selected(let include, let exclude):
            if groups.contains(where: exclude.contains) { return false }
            return include.map { groups.contains(where: $0.contains) } ?? true
        }
    }
}
