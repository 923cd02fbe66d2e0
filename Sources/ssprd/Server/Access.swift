import SSPRProtocol
import SSPRVocabulary

/// A call's access rule without the request's type.
struct Access: Sendable {
    /// What a person without any of the roles may do.
    enum Own: Sendable {
        case nothing
        case account
        case handle
    }

    let roles: [PeerRole]
    let mask: RoleSet
    let own: Own
    let isForEveryone: Bool

    init<Request>(_ rule: AccessRule<Request>) {
        roles = rule.roles
        mask = RoleSet(rule.roles)
        isForEveryone = rule.everyoneReason != nil
        own =
            switch rule.own {
            case .nothing: .nothing
            case .account: .account
            case .handle: .handle
            }
    }

    /// True for calls that are made for people: by a helper or by themselves.
    var isForPeople: Bool { isForEveryone || own != .nothing || roles.contains(.helper) || roles.contains(.person) }

    /// In which role a peer with these roles may make the call; nil when it may not.
    ///
    /// A call for everyone still needs an identity: nobody (no role at all, not even person) may make none.
    func role(for held: RoleSet) -> PeerRole? {
        if isForEveryone { return held.isEmpty ? nil : .person }
        if !held.isDisjoint(with: mask) { return roles.first { held.contains($0) } }
        return own != .nothing && held.contains(.person) ? .person : nil
    }

    /// True when a peer in this role may name only its own account.
    func needsOwnership(as role: PeerRole) -> Bool { own == .account && role == .person && !mask.contains(.person) }
}
