import Foundation
import SSPRDomain
import SSPRPlatform
import SSPRProtocol
import SSPRVocabulary
import Testing

@testable import SSPRServer

@Suite struct StopTests {
    private let check = CheckAccount.declaration.method

    private func slow(_ time: UInt32, _ begun: Tally = Tally()) -> [Row] {
        [
            .inline(Ping.self) { _, _ in Empty() },
            .blocking(CheckAccount.self) { _, _ in
                begun.add("begun")
                usleep(time)
                return .init(missing: 1)
            },
        ]
    }

    private func body() throws -> [UInt8] { try ServerTools.encoded(CheckAccount.Request(account: AccountName("a"))) }

    @Test("What is in work is finished and answered; what was sent ahead is not begun")
    func drain() throws {
        let begun = Tally()
        let house = try ServerUnderTest(slow(1_000_000, begun))
        let client = try house.client()
        let idle = try house.client()
        #expect(try idle.call(Ping.declaration.method)?.header.kind == .reply)
        client.send(RawClient.request(check, try body(), id: 1) + RawClient.request(check, try body(), id: 2))
        #expect(begun.reaches(1))
        #expect(try house.stop())
        #expect(begun.words.count == 1)
        #expect(try client.receive()?.header.id == 1)
        #expect(try client.receive() == nil)
        #expect(try idle.receive() == nil)
        #expect(throws: RawClient.Problem.self) { try house.client() }
        #expect(!FileManager.default.fileExists(atPath: house.path))
    }

    @Test("Work that does not end in time is left behind, and the caller learns it")
    func deadline() throws {
        let begun = Tally()
        let gate = DispatchSemaphore(value: 0)
        let held = Row.blocking(CheckAccount.self) { _, _ in
            begun.add("begun")
            // A stop that waits for it would see it end, in time or not.
            _ = gate.wait(timeout: .now() + 20)
            begun.add("over")
            return .init(missing: 1)
        }
        let house = try ServerUnderTest([held])
        let client = try house.client()
        client.send(RawClient.request(check, try body()))
        #expect(begun.reaches(1))
        #expect(try house.server.stop(within: .milliseconds(200)) == false)
        #expect(begun.words == ["begun"])
        #expect(try client.receive() == nil)
        try house.listener.remove()
        // The thread that is still at it ends by itself.
        gate.signal()
        #expect(begun.reaches(2))
    }

    @Test("Work beyond threads and queue is told busy at once; the rest is answered")
    func queue() throws {
        var limits = ServerLimits()
        limits.workers = 2
        limits.queued = 2
        limits.reservedWork = 0
        let gate = DispatchSemaphore(value: 0)
        let held = Row.blocking(CheckAccount.self) { _, _ in
            gate.wait()
            return .init(missing: 1)
        }
        let house = try ServerUnderTest([held], roles: ServerTools.roles(.helper), limits: limits)
        let clients = try (0..<10).map { _ in try house.client() }
        for client in clients { client.send(RawClient.request(check, try body())) }
        // Nothing ends before all ten have been heard.
        for _ in 0..<2000 where house.log.text.components(separatedBy: " busy ").count < 7 { usleep(5000) }
        for _ in 0..<4 { gate.signal() }
        let answers = try clients.compactMap { try $0.receive() }
        #expect(answers.filter { $0.header.kind == .reply }.count == 4)
        #expect(answers.filter { $0.failureCode == .busy }.count == 6)
        #expect(try house.stop())
    }

    @Test("A map without a role closes the connections that held it, and no others")
    func roles() throws {
        let house = try ServerUnderTest(slow(0), roles: ServerTools.roles(.helper))
        let client = try house.client()
        #expect(try client.call(check, try body())?.header.kind == .reply)
        try house.put(ServerTools.roles(.helper))
        #expect(try client.call(check, try body())?.header.kind == .reply)
        try house.put(RoleMap())
        #expect(try client.receive() == nil)
        #expect(try house.client().call(check, try body())?.failureCode == .denied)
        #expect(try house.stop())
    }
}
