import Foundation
import Glibc
import SSPRProtocol
import SSPRVocabulary
import StrictCBOR
import Testing

@testable import SSPRClient

@Suite struct ClientTests {
    private static let request = Authenticate.Request(account: .wireSample, password: Secret(text: "a long sentence"))

    private func client(_ daemon: FakeDaemon, timeout: Duration = .seconds(10)) throws -> Client {
        try Client(connectingTo: daemon.path, timeout: timeout)
    }

    /// Makes one call on a daemon with `script` and returns what it threw.
    private func outcome(
        timeout: Duration = .seconds(10), _ script: @escaping @Sendable (FakeDaemon.Peer) -> Void
    ) throws -> ClientError? {
        try withFakeDaemon(script) { daemon in
            let client = try client(daemon, timeout: timeout)
            do throws(ClientError) {
                _ = try client.call(Authenticate.self, Self.request)
                return nil
            } catch {
                return error
            }
        }
    }

    @Test func returnsTheReplyAndIgnoresKeysItDoesNotKnow() throws {
        try withFakeDaemon { peer in
            guard let (header, _) = peer.next() else { return }
            // {1: 2, 9: "new"}
            peer.reply(to: header, [0xa2, 0x01, 0x02, 0x09, 0x63, 0x6e, 0x65, 0x77])
        } _: { daemon in
            let reply = try client(daemon).call(CheckAccount.self, .init(account: .wireSample))
            #expect(reply == .init(missing: 2))
        }
    }

    @Test func sendsExactlyTheFrameThatTheProtocolPageShows() throws {
        try withFakeDaemon { peer in
            for _ in 0..<7 {
                guard let (header, _) = peer.next() else { return }
                peer.reply(to: header, [0xa0])
            }
        } _: { daemon in
            let client = try client(daemon)
            for _ in 0..<7 { _ = try client.call(Ping.self, .init()) }
            #expect(daemon.received.suffix(13) == [0, 0, 0, 1, 1, 1, 0, 2, 0, 0, 0, 7, 0xa0])
            #expect(daemon.received.count == 7 * 13)
        }
    }

    @Test func throwsTheDaemonsRefusalAndKeepsTheConnection() throws {
        try withFakeDaemon { peer in
            guard let (first, _) = peer.next() else { return }
            let failure = try? CBOREncoder().encode(Failure(.throttled, retryAfter: 500))
            peer.reply(to: first, failure ?? [], kind: .failure)
            guard let (second, _) = peer.next() else { return }
            peer.reply(to: second, [0xa0])
        } _: { daemon in
            let client = try client(daemon)
            #expect(throws: ClientError.failure(Failure(.throttled, retryAfter: 500))) {
                try client.call(Authenticate.self, Self.request)
            }
            _ = try client.call(Authenticate.self, Self.request)
        }
    }

    @Test(arguments: [
        (FrameHeader(length: 1, kind: .reply, method: 0x0101, id: 2), "another id"),
        (FrameHeader(length: 1, kind: .reply, method: 0x0102, id: 1), "another method"),
        (FrameHeader(length: 1, kind: .request, method: 0x0101, id: 1), "a request"),
        (FrameHeader(length: 65_537, kind: .reply, method: 0x0101, id: 1), "too long"),
        (FrameHeader(length: .max, kind: .failure, method: 0x0101, id: 1), "far too long"),
    ])
    func refusesAnAnswerToSomethingElse(header: FrameHeader, what: String) throws {
        let error = try outcome { peer in
            _ = peer.next()
            peer.send(header.bytes + [0xa0])
        }
        guard case .brokenProtocol = error else {
            Issue.record("\(what): \(String(describing: error))")
            return
        }
    }

    @Test(arguments: [
        [UInt8](repeating: 0xff, count: 64),
        [0, 0, 0, 1, 2, 2, 1, 1, 0, 0, 0, 1, 0xa0],  // version 2
        [0, 0, 0, 1, 1, 4, 1, 1, 0, 0, 0, 1, 0xa0],  // kind 4
        [0, 0, 0, 1, 1, 2, 1, 1, 0, 0, 0, 1, 0xff],  // no CBOR
        [0, 0, 0, 2, 1, 2, 1, 1, 0, 0, 0, 1, 0xa0, 0xa0],  // trailing
        [0, 0, 0, 0, 1, 2, 1, 1, 0, 0, 0, 1],  // empty
        [0, 0, 0, 1, 1, 3, 1, 1, 0, 0, 0, 1, 0xa0],  // a failure without number
        [0, 0, 0, 4, 1, 3, 1, 1, 0, 0, 0, 1, 0xa1, 0x01, 0x18, 0xc8],  // failure 200
    ])
    func refusesGarbage(bytes: [UInt8]) throws {
        let error = try outcome { peer in
            _ = peer.next()
            peer.send(bytes)
        }
        guard case .brokenProtocol = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [0, 5, 12, 14])
    func tellsWhenTheConnectionEndsInsideTheAnswer(sent: Int) throws {
        let error = try outcome { peer in
            guard let (header, _) = peer.next() else { return }
            let frame =
                FrameHeader(length: 4, kind: .reply, method: header.method, id: header.id).bytes + [0xa1, 1, 1, 1]
            peer.send(Array(frame.prefix(sent)))
        }
        #expect(error == .connectionLost)
    }

    @Test func givesUpOnASilentDaemon() throws {
        let error = try outcome(timeout: .milliseconds(50)) { peer in
            // Waits for the client to leave.
            while peer.next() != nil {}
        }
        #expect(error == .timedOut)
    }

    @Test func givesUpOnADaemonThatSendsByteByByte() throws {
        let error = try outcome(timeout: .milliseconds(50)) { peer in
            guard let (header, _) = peer.next() else { return }
            for byte in header.bytes.dropLast() {
                peer.send([byte])
                usleep(20_000)
            }
            while peer.next() != nil {}
        }
        #expect(error == .timedOut)
    }

    @Test func takesAnAnswerInPieces() throws {
        let error = try outcome { peer in
            guard let (header, _) = peer.next() else { return }
            for byte in FrameHeader(length: 1, kind: .reply, method: header.method, id: header.id).bytes + [0xa0] {
                peer.send([byte])
                usleep(1000)
            }
        }
        #expect(error == nil)
    }

    @Test func opensAClosedIdleConnectionAgain() throws {
        try withFakeDaemon { peer in
            guard let (header, _) = peer.next() else { return }
            peer.reply(to: header, [0xa0])
        } _: { daemon in
            let client = try client(daemon)
            _ = try client.call(Ping.self, .init())
            while daemon.connections < 1 { usleep(1000) }
            _ = try client.call(Ping.self, .init())
            #expect(daemon.received.count == 26)
        }
    }

    @Test func sendsNothingToAServerThatItDoesNotTrust() throws {
        try withFakeDaemon { peer in
            while peer.next() != nil {}
        } _: { daemon in
            #expect(throws: ClientError.untrustedServer(path: daemon.path, uid: getuid())) {
                try Client(connectingTo: daemon.path, trust: .uid(getuid() + 1))
            }
            while daemon.connections < 1 { usleep(1000) }
            #expect(daemon.received.isEmpty)
        }
    }

    @Test func refusesARequestThatTheCallDoesNotAllow() throws {
        try withFakeDaemon { peer in
            while peer.next() != nil {}
        } _: { daemon in
            let client = try client(daemon)
            let long = Secret([UInt8](repeating: 0x61, count: 4096))
            do throws(ClientError) {
                _ = try client.call(Authenticate.self, .init(account: .wireSample, password: long))
                Issue.record("it was sent")
            } catch {
                guard case .invalidRequest = error else {
                    Issue.record("\(error)")
                    return
                }
            }
            #expect(daemon.received.isEmpty)
        }
    }

    @Test func saysWhenNobodyListens() {
        #expect(throws: ClientError.daemonUnreachable(path: "/nowhere/s", reason: "no such file or directory")) {
            try Client(connectingTo: "/nowhere/s")
        }
        let long = "/" + String(repeating: "x", count: 108)
        #expect(throws: ClientError.self) { try Client(connectingTo: long) }
        #expect(throws: ClientError.self) { try Client(connectingTo: "") }
    }
}
