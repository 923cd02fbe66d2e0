import NIOCore
import SSPRPlatform
import SSPRProtocol
import SSPRVocabulary
import Testing

@testable import SSPRServer

@Suite struct AdmissionTests {
    private func peer(_ uid: UInt32, _ roles: PeerRole...) -> Peer {
        Peer(
            credentials: PeerCredentials(uid: uid, gid: uid, groups: [], pid: 1),
            roles: RoleSet(roles).union(RoleSet(.person)))
    }

    @Test("One uid gets its seats and no more; agents, administrators and root have some to themselves")
    func seats() {
        let admission = Admission(limits: ServerLimits(), seats: 200)
        #expect((0..<65).map { _ in admission.takeSeat(peer(1000)) }.filter { $0 }.count == 64)
        #expect((0..<65).map { _ in admission.takeSeat(peer(1001, .helper)) }.filter { $0 }.count == 64)
        // 136 of 200 are for everybody, 32 more for whoever holds a role.
        #expect((0..<65).map { _ in admission.takeSeat(peer(1002)) }.filter { $0 }.count == 8)
        #expect(!admission.takeSeat(peer(1003)))
        #expect((0..<65).map { _ in admission.takeSeat(peer(1004, .auditor)) }.filter { $0 }.count == 32)
        let reserved = [peer(0), peer(5, .courier), peer(6, .writeback), peer(7, .administrator)]
        for number in 0..<32 { #expect(admission.takeSeat(reserved[number % 4])) }
        #expect(!admission.takeSeat(peer(0)))
        #expect(admission.takenSeats == 200)
        admission.giveSeat(peer(1000))
        #expect(!admission.takeSeat(peer(1003)))
        #expect(admission.takeSeat(peer(0)))
    }

    @Test("The seats follow the descriptor limit and leave some for the rest of the process")
    func descriptors() {
        #expect(ServerLimits.seats(descriptors: 32) == 16)
        #expect(ServerLimits.seats(descriptors: 1024) == 960)
        #expect(ServerLimits.seats(descriptors: 1_048_576) == 16_384)
        #expect(ServerLimits.seats(descriptors: 1) == 1)
    }

    @Test("A person takes few of the places for work, and some are reserved")
    func work() {
        var limits = ServerLimits()
        limits.workers = 4
        limits.queued = 36
        limits.reservedWork = 10
        let admission = Admission(limits: limits, seats: 200)
        #expect((0..<20).map { _ in admission.takeWork(peer(1000)) }.filter { $0 == nil }.count == 8)
        #expect((0..<40).map { _ in admission.takeWork(peer(1001, .helper)) }.filter { $0 == nil }.count == 22)
        #expect(admission.takeWork(peer(1002)) == Failure(.busy, retryAfter: 1000))
        #expect((0..<20).map { _ in admission.takeWork(peer(5, .courier)) }.filter { $0 == nil }.count == 10)
        admission.giveWork(peer(1000))
        #expect(admission.takeWork(peer(0)) == nil)
        #expect(admission.takeWork(peer(0)) != nil)
    }

    @Test("A person's calls that leave events are counted together; those of others are not")
    func auditedCallsOfPersons() {
        let admission = Admission(limits: ServerLimits(), seats: 200)
        let start = NIODeadline.now()
        func charge(_ method: UInt16, _ peer: Peer, isAudited: Bool = true) -> Bool {
            admission.chargeRate(method, isAudited: isAudited, peer, at: start) == nil
        }
        let methods = [ResetPassword.declaration.method, UnlockAccount.declaration.method]
        #expect((0..<200).map { charge(methods[$0 % 2], peer(1000)) }.filter { $0 }.count == 120)
        #expect(charge(methods[0], peer(1000), isAudited: false) && charge(methods[0], peer(1001)))
        #expect((0..<200).allSatisfy { _ in charge(methods[0], peer(1002, .helper)) })
    }

    @Test func waiters() {
        var limits = ServerLimits()
        limits.waitersPerUID = 2
        let admission = Admission(limits: limits, seats: 200)
        #expect(admission.takeWaiter(peer(1)))
        #expect(admission.takeWaiter(peer(1)))
        #expect(!admission.takeWaiter(peer(1)))
        #expect(admission.takeWaiter(peer(2)))
        admission.giveWaiter(peer(1))
        #expect(admission.takeWaiter(peer(1)))
    }

    @Test("Thirty recoveries at once, then one every two seconds, each uid by itself")
    func rate() throws {
        let admission = Admission(limits: ServerLimits(), seats: 200)
        let method = BeginRecovery.declaration.method
        let start = NIODeadline.now()
        for _ in 0..<30 { #expect(admission.chargeRate(method, peer(1000), at: start) == nil) }
        let busy = try #require(admission.chargeRate(method, peer(1000), at: start))
        #expect(busy.code == .busy)
        #expect((1900...2001).contains(busy.retryAfter ?? 0))
        #expect(admission.chargeRate(method, peer(1001), at: start) == nil)
        #expect(admission.chargeRate(method, peer(1000), at: start + .milliseconds(1900)) != nil)
        #expect(admission.chargeRate(method, peer(1000), at: start + .milliseconds(2100)) == nil)
        #expect(admission.chargeRate(method, peer(1000), at: start + .milliseconds(2200)) != nil)
        for _ in 0..<100 { #expect(admission.chargeRate(Ping.declaration.method, peer(1000), at: start) == nil) }
    }

    @Test("Only full buckets are forgotten")
    func forgetting() {
        let admission = Admission(limits: ServerLimits(), seats: 200)
        let method = BeginRecovery.declaration.method
        let start = NIODeadline.now()
        for _ in 0..<30 { #expect(admission.chargeRate(method, peer(1), at: start) == nil) }
        for uid in UInt32(2)..<3000 {
            #expect(admission.chargeRate(method, peer(uid), at: start + .milliseconds(1)) == nil)
        }
        #expect(admission.chargeRate(method, peer(1), at: start + .milliseconds(2)) != nil)
    }
}
