import Foundation
import SSPRPlatform
import SSPRProtocol
import SSPRVocabulary
import Testing

@testable import SSPRServer

@Suite(.enabled(if: ServerTools.isRoot, "other uids need root")) struct FloodTests {
    private let ping = Ping.declaration.method

    /// Opens connections, pings on each, and prints how many answered; then holds them until its input ends.
    private static let flood = """
        import socket, sys
        frame = bytes([0,0,0,1, 1,1, 0,2, 0,0,0,9, 0xA0])
        peers = []
        for _ in range(int(sys.argv[2])):
            peer = socket.socket(socket.AF_UNIX); peer.connect(sys.argv[1]); peers.append(peer)
        answered = 0
        for peer in peers:
            try:
                peer.sendall(frame)
                answered += len(peer.recv(100)) == 13
            except (BrokenPipeError, ConnectionResetError):
                pass
        print(answered, flush=True)
        """

    /// The same three times over, waiting for no answer longer than a moment.
    ///
    /// One program, started before the flood: the server's process, which is the test's own, could start none while it lasts.
    private static let impatientFloods =
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (1000, 1000))\nfor _ in range(3):\n"
        + flood.replacing("peer.connect(", with: "peer.settimeout(0.2); peer.connect(")
        .replacing("ConnectionResetError)", with: "ConnectionResetError, TimeoutError, BlockingIOError)")
        .split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")

    @Test("One uid gets 64 seats; root and other uids are served all the same")
    func seats() throws {
        let house = try ServerUnderTest()
        #expect(try ServerTools.run(uid: 4242, Self.flood, house.path, "100") == "64\n")
        #expect(try ServerTools.run(uid: 4243, Self.flood, house.path, "3") == "3\n")
        let clients = try (0..<100).map { _ in try house.client() }
        for client in clients { #expect(try client.call(ping)?.header.kind == .reply) }
        #expect(house.log.text.contains("no seat left"))
        #expect(house.log.text.components(separatedBy: "no seat left").count <= 4)
        #expect(try house.stop())
    }

    @Test("When all seats of persons are taken, the reserved ones are left")
    func reserved() throws {
        var limits = ServerLimits()
        limits.seats = 20
        let house = try ServerUnderTest(limits: limits)
        #expect(try ServerTools.run(uid: 4242, Self.flood, house.path, "40") == "10\n")
        #expect(try house.client().call(ping)?.header.kind == .reply)
        #expect(try house.stop())
    }

    @Test("What the kernel says decides: uid, primary and supplementary groups")
    func identity() throws {
        var map = RoleMap()
        map.assign(.auditor, uids: [4242], gids: [4300])
        let house = try ServerUnderTest([.hello(version: "x"), .inline(Ping.self) { _, _ in Empty() }], roles: map)
        let program = """
            import socket, sys
            peer = socket.socket(socket.AF_UNIX)
            peer.bind(b"\\0uid=0;gid=0;" + str(__import__("os").getpid()).encode())
            peer.connect(sys.argv[1])
            peer.sendall(bytes([0,0,0,1, 1,1, 0,1, 0,0,0,9, 0xA0]))
            print(peer.recv(1000)[12:].hex())
            """
        func hello(_ roles: [PeerRole], methods: (Access) -> Bool) throws -> String {
            func entry<C: Call>(_ call: C.Type) -> (UInt16, Access) {
                (call.declaration.method, Access(call.declaration.access))
            }
            let allowed = CallCatalog.calls.map { entry($0) }.filter { methods($0.1) }.map(\.0)
            let bytes = try ServerTools.encoded(Hello.Reply(version: "x", methods: allowed, roles: roles))
            return bytes.map { String(format: "%02x", $0) }.joined() + "\n"
        }
        let auditor = try hello([.auditor, .person]) { $0.role(for: RoleSet([.auditor, .person])) != nil }
        let person = try hello([.person]) { $0.role(for: [RoleSet(.person)]) != nil }
        #expect(try ServerTools.run(uid: 4242, program, house.path) == auditor)
        #expect(try ServerTools.run(uid: 5000, gid: 4300, program, house.path) == auditor)
        #expect(try ServerTools.run(uid: 5000, groups: [1, 4300], program, house.path) == auditor)
        #expect(try ServerTools.run(uid: 5000, groups: Array(6000..<6100) + [4300], program, house.path) == auditor)
        #expect(try ServerTools.run(uid: 5000, program, house.path) == person)
        let denied = try ServerTools.encoded(Failure(.denied)).map { String(format: "%02x", $0) }.joined() + "\n"
        #expect(try ServerTools.run(uid: 65_534, gid: 4300, program, house.path) == denied)
        #expect(try house.stop())
    }

    @Test("With very few descriptors a flood is turned away, and the server goes on")
    func fewDescriptors() async {
        await #expect(processExitsWith: .success) {
            var limit = rlimit()
            // A local that outlives the calls. Only the soft limit, so that the flood may have more than the server.
            unsafe getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit)
            // What the process that started this one has left open counts too.
            limit.rlim_cur = rlim_t(try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count + 40)
            guard unsafe setrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0 else { exit(2) }
            // So many seats that the process runs out of descriptors first.
            var limits = ServerLimits()
            limits.seats = 1000
            let house = try ServerUnderTest(limits: limits)
            // Some are answered, most wait in vain; the program itself must come to its end.
            let answered = try ServerTools.run(uid: 4242, FloodTests.impatientFloods, house.path, "60")
            guard answered.split(separator: "\n").count == 3 else { exit(3) }
            // The server may still hold the descriptors of peers that have gone.
            var client: RawClient?
            for _ in 0..<500 {
                client = try? house.client()
                guard client == nil else { break }
                usleep(10_000)
            }
            guard let client else { exit(5) }
            guard try client.call(Ping.declaration.method)?.header.kind == .reply else { exit(4) }
            // Ending here runs no deinit.
            try FileManager.default.removeItem(atPath: house.folder.path)
            exit(0)
        }
    }
}
