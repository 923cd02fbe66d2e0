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

    private struct Holders: Sendable {
        var uids: Set<UInt32> = []
        var gids: Set<UInt32> = []
    }

    private var holders: [PeerRole: Holders] = [:]
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
    /// The group 0 is a group like any other here and counts only when it is written down (SECURITY D7).
    public mutating func assign(_ role: PeerRole, uids: [UInt32], gids: [UInt32]) {
        holders[role] = Holders(uids: Set(uids), gids: Set(gids))
    }

    /// Takes every granted role from these uids, whatever groups they are still in: group membership lasts until the next login.
    public mutating func deny(uids: [UInt32]) { denied.formUnion(uids) }

    /// Throws `Problem` for a map that would give a role to strangers, `SystemError` when the kernel does not say who strangers are.
    public func validate() throws { try validate(overflow: .current()) }

    func validate(overflow: OverflowIDs) throws {
        for role in PeerRole.allCases {
            guard let holders = holders[role] else { continue }
            guard role != .person else { throw Problem.personIsNotGranted }
            guard !holders.uids.contains(.max), !holders.gids.contains(.max) else { throw Problem.invalidID(role) }
            guard !holders.uids.contains(overflow.uid) else { throw Problem.overflowUID(overflow.uid, role) }
            guard !holders.gids.contains(overflow.gid) else { throw Problem.overflowGID(overflow.gid, role) }
        }
    }

    /// The roles of a peer.
    ///
    /// Empty for nobody: whoever the kernel shows under the overflow uid may be anybody (SECURITY D5).
    func roles(of peer: PeerCredentials, overflow: OverflowIDs) -> RoleSet {
        guard peer.uid != overflow.uid, peer.uid != .max else { return [] }
        var roles: RoleSet = [RoleSet(.person)]
        guard !denied.contains(peer.uid) else { return roles }
        for (role, holders) in holders
        where holders.uids.contains(peer.uid) || isMember(peer, of: holders.gids, overflow) {
            roles.insert(RoleSet(role))
        }
        return roles
    }

    private func isMember(_ peer: PeerCredentials, of gids: Set<UInt32>, _ overflow: OverflowIDs) -> Bool {
        // The overflow gid is in no valid map; leaving it out here as well lets neither check depend on the other.
        gids.contains(peer.gid) && peer.gid != overflow.gid
            || peer.groups.contains { gids.contains($0) && $0 != overflow.gid }
    }
}
