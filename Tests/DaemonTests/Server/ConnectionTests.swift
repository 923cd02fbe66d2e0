import Foundation
import SSPRProtocol
import SSPRVocabulary
import StrictCBOR
import Testing

@testable import SSPRServer

@Suite struct ConnectionTests {
    private let ping = Ping.declaration.method

    private var quick: ServerLimits {
        var limits = ServerLimits()
        limits.frame = .milliseconds(300)
        limits.unread = .milliseconds(300)
        return limits
    }

    @Test func pingIsAnswered() throws {
        let house = try ServerUnderTest()
        let answer = try #require(try house.client().call(ping, id: 77))
        #expect(answer.header == FrameHeader(length: 1, kind: .reply, method: ping, id: 77))
        #expect(answer.body == [0xA0])
        #expect(try house.stop())
    }

    @Test("Requests sent ahead are answered in order, also behind one that takes a worker")
    func pipelining() throws {
        let house = try ServerUnderTest([
            .inline(Ping.self) { _, _ in Empty() },
            .blocking(CheckAccount.self) { _, _ in
                usleep(20_000)
                return .init(missing: 3)
            },
        ])
        let client = try house.client()
        let check = try ServerTools.encoded(CheckAccount.Request(account: AccountName("a")))
        var stream: [UInt8] = []
        for id in UInt32(0)..<300 {
            stream +=
                id % 50 == 7
                ? RawClient.request(CheckAccount.declaration.method, check, id: id) : RawClient.request(ping, id: id)
        }
        client.send(stream)
        for id in UInt32(0)..<300 {
            let answer = try #require(try client.receive())
            #expect(answer.header.id == id)
            #expect(answer.header.kind == .reply)
            #expect(answer.body == (id % 50 == 7 ? [0xA1, 1, 3] : [0xA0]))
        }
        #expect(try house.stop())
    }

    @Test("A malformed body gets its answer and the connection lives; the log has the place and not the content")
    func malformed() throws {
        let house = try ServerUnderTest([
            .inline(Ping.self) { _, _ in Empty() }, .blocking(CheckAccount.self) { _, _ in .init(missing: 0) },
        ])
        let client = try house.client()
        let secret = Array("hunter2 hunter2".utf8)
        for body in [[], [0xA0], [0xA1, 1, 0x6F] + secret, [0xFF], [0xA1, 1, 0x61, 0x61, 0]] {
            #expect(try client.call(CheckAccount.declaration.method, body)?.failureCode == .malformed)
        }
        #expect(try client.call(ping)?.header.kind == .reply)
        #expect(try client.call(ping, [0xA1, 1, 1])?.failureCode == .malformed)
        #expect(house.log.text.contains("malformed request of signin.account"))
        #expect(!house.log.text.contains("hunter2"))
        #expect(try house.stop())
    }

    @Test("Bytes that are no frame close the connection, after the answers before them")
    func unframeable() throws {
        let house = try ServerUnderTest()
        var wrongVersion = RawClient.request(ping)
        wrongVersion[4] = 2
        var wrongKind = RawClient.request(ping)
        wrongKind[5] = 2
        let tooLarge = RawClient.request(ping, Array(repeating: 0, count: Limits.requestBytes + 1))
        for bytes in [wrongVersion, wrongKind, tooLarge, Array("GET / HTTP/1.1\r\n".utf8)] {
            let client = try house.client()
            client.send(RawClient.request(ping) + bytes)
            #expect(try client.receive()?.header.kind == .reply)
            #expect(try client.receive() == nil)
        }
        #expect(try house.stop())
    }

    @Test("A body of exactly the limit is read")
    func limit() throws {
        let house = try ServerUnderTest()
        let client = try house.client()
        let body = [UInt8](repeating: 0, count: Limits.requestBytes)
        #expect(try client.call(ping, body)?.failureCode == .malformed)
        #expect(try house.stop())
    }

    @Test("A frame that does not come in time closes its own connection only")
    func slowFrame() throws {
        let house = try ServerUnderTest(limits: quick)
        let slow = try house.client()
        let other = try house.client()
        var isOpen = true
        let took = ServerTools.stopwatch()
        // A byte now and then does not help: the deadline counts from the first.
        for byte in RawClient.request(ping, Array(repeating: 0, count: 200)).prefix(60) where isOpen {
            slow.send([byte])
            usleep(20_000)
            #expect(try other.call(ping)?.header.kind == .reply)
            isOpen = try house.server.connectionCount == 2
        }
        #expect(!isOpen)
        #expect(took() >= 300)
        #expect(try slow.receive() == nil)
        #expect(try house.stop())
    }

    @Test("A silent connection is closed, one with a call in work is not")
    func idle() throws {
        var limits = quick
        limits.idle = .milliseconds(600)
        let house = try ServerUnderTest(
            [
                .inline(Ping.self) { _, _ in Empty() },
                .blocking(CheckAccount.self) { _, _ in
                    usleep(1_300_000)
                    return .init(missing: 0)
                },
            ], limits: limits)
        let silent = try house.client()
        let busy = try house.client()
        busy.send(
            RawClient.request(
                CheckAccount.declaration.method,
                try ServerTools.encoded(CheckAccount.Request(account: AccountName("a")))))
        #expect(try silent.receive() == nil)
        #expect(try busy.receive()?.header.kind == .reply)
        #expect(try house.stop())
    }

    @Test("A peer that leaves its answers unread is closed and holds little memory")
    func unread() throws {
        let house = try ServerUnderTest(limits: quick)
        let client = try house.client()
        let requests = Array((0..<500).map { _ in RawClient.request(ping) }.joined())
        let other = try house.client()
        for one in [client, other] { #expect(try one.call(ping)?.header.kind == .reply) }
        Thread { for _ in 0..<400 { client.send(requests) } }.start()
        var rounds = 0
        while try house.server.connectionCount == 2, rounds < 1000 {
            #expect(try other.call(ping)?.header.kind == .reply)
            usleep(10_000)
            rounds += 1
        }
        #expect(try house.server.connectionCount == 1)
        #expect(house.log.text.contains("unread"))
        #expect(try house.stop())
    }

    @Test("A peer that ends its sending side still gets its answers, then the connection closes")
    func halfClose() throws {
        let house = try ServerUnderTest([
            .inline(Ping.self) { _, _ in Empty() },
            .blocking(CheckAccount.self) { _, _ in
                usleep(100_000)
                return .init(missing: 2)
            },
        ])
        let client = try house.client()
        let check = try ServerTools.encoded(CheckAccount.Request(account: AccountName("a")))
        client.send(
            RawClient.request(ping) + RawClient.request(CheckAccount.declaration.method, check)
                + RawClient.request(ping))
        client.endSending()
        #expect(try client.receive()?.body == [0xA0])
        #expect(try client.receive()?.body == [0xA1, 1, 2])
        #expect(try client.receive()?.body == [0xA0])
        #expect(try client.receive() == nil)
        #expect(try house.stop())
    }

    @Test("Connecting, sending and leaving at once leaves nothing behind")
    func hitAndRun() throws {
        let house = try ServerUnderTest()
        for _ in 0..<300 { try house.client().send(RawClient.request(ping)) }
        let client = try house.client()
        #expect(try client.call(ping)?.header.kind == .reply)
        var rounds = 0
        while try house.server.connectionCount > 1, rounds < 1000 {
            usleep(5000)
            rounds += 1
        }
        #expect(try house.server.connectionCount == 1)
        #expect(try house.stop())
    }

    @Test("Passed descriptors are thrown away")
    func descriptors() throws {
        let house = try ServerUnderTest()
        let program = """
            import array, os, socket, sys
            held = [os.open("/dev/null", os.O_RDONLY) for _ in range(253)]
            for _ in range(50):
                peer = socket.socket(socket.AF_UNIX); peer.connect(sys.argv[1])
                frame = bytes([0,0,0,1, 1,1, 0,2, 0,0,0,9, 0xA0])
                for _ in range(4):
                    peer.sendmsg([frame], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", held))])
                    assert len(peer.recv(100)) == 13
                peer.close()
            print("done")
            """
        let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-I", "-c", program, house.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        #expect(String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self) == "done\n")
        process.waitUntilExit()
        // 50600 descriptors were passed; other tests in this process open a few of their own.
        #expect(try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count < before + 500)
        #expect(try house.client().call(ping)?.header.kind == .reply)
        #expect(try house.stop())
    }
}
