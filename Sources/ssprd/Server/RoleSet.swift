import SSPRVocabulary

/// The roles of a peer.
struct RoleSet: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ roles: [PeerRole]) { self = roles.reduce(into: []) { $0.insert(RoleSet($1)) } }

    init(_ role: PeerRole) {
        rawValue =
            switch role {
            case .administrator: 1
            case .auditor: 2
            case .helper: 4
            case .courier: 8
            case .writeback: 16
            case .person: 32
            case .helpdesk: 64
            }
    }

    /// The roles in the order of their declaration.
    var roles: [PeerRole] { PeerRole.allCases.filter { contains($0) } }

    func contains(_ role: PeerRole) -> Bool { contains(RoleSet(role)) }

    /// Those for whom seats and threads are kept free: without them no message leaves, no order ends, nobody can help.
    static let reserved = RoleSet([.administrator, .courier, .writeback])
}
