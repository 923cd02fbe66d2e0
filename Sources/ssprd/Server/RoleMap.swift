import Glibc
import SSPRPlatform
public import SSPRVocabulary

/// Which numbers from the kernel hold which roles.
///
/// Names are not looked up: the daemon never asks anybody who somebody is.
public struct RoleMap: Sendable {
    /// Why a map cannot be used.
    public enum Problem: Error, Equatable, CustomStringConvertible {
        /// This uid stands for everybody without a mapping in the daemon's user namespace.
        case overflowUID(UInt32, PeerRole)
        /// This gid stands for every group without a mapping in the daemon's user namespace.
        case overflowGID(UInt32, PeerRole)
        /// 4294967295 means "no id" to the kernel and is nobody's.
        case invalidID(PeerRole)
        /// Being a person is not granted: it follows from having a uid.
        case personIsNotGranted

        /// One line for the log.
        public var description: String {
            switch self {
            case .overflowUID(let uid, let role):
                "uid \(uid) cannot be \(role.rawValue): the kernel shows strangers under it"
            case .overflowGID(let gid, let role):
                "gid \(gid) cannot be \(role.rawValue): the kernel shows strangers under it"
            case .invalidID(let role): "4294967295 cannot be \(role.rawValue): it is no id"
            case .personIsNotGranted: "person is no role to grant: everybody is it for the account with their own uid"
            }
        }
    }

    // By number and not by role, because this is asked once for every connection.
    private var rolesOfUID: [UInt32: RoleSet] = [:]
    private var rolesOfGID: [UInt32: RoleSet] = [:]
    private var denied: Set<UInt32> = []

    /// Without a configuration: root and the daemon's own uid hold every role that can be granted.
    public static var standard: RoleMap {
        var map = RoleMap()
        for role in PeerRole.allCases where role != .person {
            map.assign(role, uids: [0, geteuid()], gids: [])
        }
        return map
    }

    /// A map in which nobody holds any role.
    public init() {}

    /// Replaces who holds a role: these uids, and whoever is in one of these groups, be it their primary or a supplementary one.
    ///
    /// The group 0 is a group like any other here and counts only when it is written down (attack D7).
    public mutating func assign(_ role: PeerRole, uids: [UInt32], gids: [UInt32]) {
        Self.assign(role, to: uids, in: &rolesOfUID)
        Self.assign(role, to: gids, in: &rolesOfGID)
    }

    private static func assign(_ role: PeerRole, to numbers: [UInt32], in map: inout [UInt32: RoleSet]) {
        for number in map.keys { map[number]?.remove(RoleSet(role)) }
        for number in numbers { map[number, default: []].insert(RoleSet(role)) }
        map = map.filter { !$0.value.isEmpty }
    }

    /// Takes every granted role from these uids, whatever groups they are still in: group membership lasts until the next login.
    public mutating func deny(uids: [UInt32]) { denied.formUnion(uids) }

    /// The uids and gids that a role was assigned to, in order.
    public func holders(of role: PeerRole) -> (uids: [UInt32], gids: [UInt32]) {
        func numbers(_ map: [UInt32: RoleSet]) -> [UInt32] { map.filter { $0.value.contains(role) }.keys.sorted() }
        return (numbers(rolesOfUID), numbers(rolesOfGID))
    }

    /// The uids that every granted role was taken from, in order.
    public var deniedUIDs: [UInt32] { denied.sorted() }

    /// Throws `Problem` for a map that would give a role to strangers, `SystemError` when the kernel does not say who strangers are.
    public func validate() throws { try validate(overflow: .current()) }

    func validate(overflow: OverflowIDs) throws {
        for role in PeerRole.allCases {
            let uids = Set(rolesOfUID.filter { $0.value.contains(role) }.keys)
            let gids = Set(rolesOfGID.filter { $0.value.contains(role) }.keys)
            guard role != .person || (uids.isEmpty && gids.isEmpty) else { throw Problem.personIsNotGranted }
            guard !uids.contains(.max), !gids.contains(.max) else { throw Problem.invalidID(role) }
            guard !uids.contains(overflow.uid) else { throw Problem.overflowUID(overflow.uid, role) }
            guard !gids.contains(overflow.gid) else { throw Problem.overflowGID(overflow.gid, role) }
        }
    }

    /// The roles of a peer.
    ///
    /// Empty for nobody: whoever the kernel shows under the overflow uid may be anybody (attack D5).
    func roles(of peer: PeerCredentials, overflow: OverflowIDs) -> RoleSet {
        guard peer.uid != overflow.uid, peer.uid != .max else { return [] }
        var roles: RoleSet = [RoleSet(.person)]
        guard !denied.contains(peer.uid) else { return roles }
        roles.formUnion(rolesOfUID[peer.uid] ?? [])
        guard !rolesOfGID.isEmpty else { return roles }
        // The overflow gid is in no valid map; leaving it out here as well lets neither check depend on the other.
        for gid in [peer.gid] + peer.groups where gid != overflow.gid { roles.formUnion(rolesOfGID[gid] ?? []) }
        return roles
    }
}
