import Glibc
import SSPRPlatform
import SSPRVocabulary
import Testing

@testable import SSPRServer

@Suite struct RoleMapTests {
    private let overflow = OverflowIDs()

    private func held(_ map: RoleMap, uid: UInt32, gid: UInt32 = 5000, groups: [UInt32] = []) -> [PeerRole] {
        map.roles(of: PeerCredentials(uid: uid, gid: gid, groups: groups, pid: 1), overflow: overflow).roles
    }

    @Test("Without a configuration root and the daemon hold everything, everybody else is a person")
    func standard() throws {
        for uid in [0, geteuid()] { #expect(held(.standard, uid: uid) == PeerRole.allCases) }
        for uid: UInt32 in [1000, 2_147_483_648, 4_294_967_294] where uid != geteuid() {
            #expect(held(.standard, uid: uid) == [.person])
        }
        try RoleMap.standard.validate()
    }

    @Test("The overflow uid and the uid that is none are nobody, whatever groups they are in")
    func nobody() {
        var map = RoleMap.standard
        map.assign(.helper, uids: [], gids: [27])
        for uid in [overflow.uid, .max] { #expect(held(map, uid: uid, gid: 27, groups: [27]).isEmpty) }
    }

    @Test("A role comes by primary or supplementary group; the overflow group gives none")
    func groups() {
        var map = RoleMap()
        map.assign(.helper, uids: [], gids: [27, overflow.gid])
        #expect(held(map, uid: 1, gid: 27) == [.helper, .person])
        #expect(held(map, uid: 1, groups: [5, 27, 9]) == [.helper, .person])
        #expect(held(map, uid: 1, groups: [5, 9]) == [.person])
        #expect(held(map, uid: 1, gid: overflow.gid, groups: [overflow.gid]) == [.person])
        // The group of root is a group like any other: nobody gets a role by it unless it is written down.
        #expect(held(map, uid: 1, gid: 0, groups: [0]) == [.person])
        map.assign(.helper, uids: [], gids: [0])
        #expect(held(map, uid: 1, groups: [0]) == [.helper, .person])
    }

    @Test("A denied uid keeps no granted role, even with the group still held")
    func denied() {
        var map = RoleMap()
        map.assign(.administrator, uids: [7], gids: [27])
        map.deny(uids: [7, 8])
        #expect(held(map, uid: 7) == [.person])
        #expect(held(map, uid: 8, groups: [27]) == [.person])
        #expect(held(map, uid: 9, groups: [27]) == [.administrator, .person])
    }

    @Test("Assigning replaces who held the role")
    func replacing() {
        var map = RoleMap.standard
        map.assign(.courier, uids: [500], gids: [])
        #expect(!held(map, uid: 0).contains(.courier))
        #expect(held(map, uid: 500) == [.courier, .person])
    }

    @Test("A map that names strangers is refused")
    func validation() throws {
        func problem(_ role: PeerRole, uids: [UInt32] = [], gids: [UInt32] = []) -> RoleMap.Problem? {
            var map = RoleMap()
            map.assign(role, uids: uids, gids: gids)
            do {
                try map.validate(overflow: overflow)
                return nil
            } catch {
                return error as? RoleMap.Problem
            }
        }
        #expect(problem(.helper, uids: [overflow.uid]) == .overflowUID(overflow.uid, .helper))
        #expect(problem(.helper, gids: [1, overflow.gid]) == .overflowGID(overflow.gid, .helper))
        #expect(problem(.auditor, uids: [.max]) == .invalidID(.auditor))
        #expect(problem(.auditor, gids: [.max]) == .invalidID(.auditor))
        #expect(problem(.person, uids: [1]) == .personIsNotGranted)
        #expect(problem(.auditor, uids: [0, 1], gids: [0, 27]) == nil)
    }

    @Test("The server refuses to be made with such a map")
    func start() {
        var map = RoleMap()
        map.assign(.helper, uids: [65_534], gids: [])
        #expect(throws: RoleMap.Problem.self) { try ServerUnderTest(roles: map) }
    }
}
