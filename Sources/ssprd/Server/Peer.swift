import SSPRPlatform
import SSPRVocabulary

/// Whoever is at the other end of a connection: fixed when it was made (invariant I20).
struct Peer: Sendable {
    /// What the kernel said.
    let credentials: PeerCredentials
    /// What the configuration makes of it; empty for nobody.
    let roles: RoleSet

    var uid: UInt32 { credentials.uid }

    /// True for peers that must get through while somebody else floods the socket.
    var isReserved: Bool { uid == 0 || !roles.isDisjoint(with: .reserved) }

    /// True for peers that act for themselves only.
    var isPersonOnly: Bool { roles.isSubset(of: [RoleSet(.person)]) }
}
