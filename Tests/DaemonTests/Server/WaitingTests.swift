import Dispatch
import Glibc
import SSPRDomain
import SSPRPlatform
import SSPRProtocol
import SSPRVocabulary
import Synchronization
import Testing

@testable import SSPRServer

@Suite struct WaitingTests {
    private let claim = ClaimDelivery.declaration.method
    private let nothing: [UInt8] = [0xA0]

    /// A claim that waits until there is something, and writes down why it was run.
    private final class Box: Sendable {
        let isFull = Atomic(false)
        let reasons = Tally()
        let wait: Timestamp.Span

        /// The moment, by the room's own clock: another one may be some milliseconds apart.
        static var now: Timestamp { ambient.now }
        static let ambient: SystemAmbient = {
            do { return SystemAmbient(clock: try SystemClock()) } catch { preconditionFailure("\(error)") }
        }()

        init(wait: Timestamp.Span = .seconds(10)) { self.wait = wait }

        func claim() -> Step<ClaimDelivery.Reply> {
            let until = Box.now + wait
            return isFull.load(ordering: .acquiring) ? .done(.init(job: nil)) : waiting(until)
        }

        private func waiting(_ until: Timestamp) -> Step<ClaimDelivery.Reply> {
            .wait(for: .deliveries, until: until) { [self] reason in
                reasons.add("\(reason)")
                if isFull.load(ordering: .acquiring) || reason != .bell { return .done(.init(job: nil)) }
                return waiting(until)
            }
        }
    }

    private func house(_ box: Box, limits: ServerLimits = ServerLimits()) throws -> ServerUnderTest {
        try ServerUnderTest(
            [.inline(Ping.self) { _, _ in Empty() }, .waiting(ClaimDelivery.self) { _, _ in box.claim() }],
            limits: limits, room: WaitingRoom(ambient: Box.ambient, limits: limits))
    }

    @Test("A bell wakes who waits, and nobody is run in between but once after registering")
    func bell() throws {
        let box = Box()
        let house = try house(box)
        let client = try house.client()
        client.send(RawClient.request(claim))
        #expect(box.reasons.reaches(1))
        usleep(50_000)
        #expect(box.reasons.words == ["bell"])
        house.room.ring(.audit)
        box.isFull.store(true, ordering: .releasing)
        house.room.ring(.deliveries)
        #expect(try client.receive()?.body == nothing)
        #expect(box.reasons.words == ["bell", "bell"])
        #expect(try house.stop())
    }

    @Test("A bell rung before the wait was registered is not lost")
    func lostBell() throws {
        let box = Box()
        let house = try ServerUnderTest([
            .waiting(ClaimDelivery.self) { [box] _, _ in
                let step = box.claim()
                // Something comes after the look at the store, and the bell is rung while nobody is registered.
                box.isFull.store(true, ordering: .releasing)
                return step
            }
        ])
        let took = ServerTools.stopwatch()
        #expect(try house.client().call(claim)?.body == nothing)
        #expect(took() < 5000)
        #expect(box.reasons.words == ["bell"])
        #expect(try house.stop())
    }

    @Test("Many bells while a step runs are one more run")
    func coalescing() throws {
        let runs = Tally()
        let gate = DispatchSemaphore(value: 0)
        let house = try ServerUnderTest([
            .waiting(ClaimDelivery.self) { _, _ in
                @Sendable func step() -> Step<ClaimDelivery.Reply> {
                    .wait(for: .deliveries, until: Box.now + .seconds(10)) { reason in
                        runs.add("\(reason)")
                        guard reason == .bell, runs.words.count < 4 else { return .done(.init(job: nil)) }
                        gate.wait()
                        return step()
                    }
                }
                return step()
            }
        ])
        let client = try house.client()
        client.send(RawClient.request(claim))
        #expect(runs.reaches(1))
        for _ in 0..<50 { house.room.ring(.deliveries) }
        // It goes through the loop, which has heard all fifty then.
        _ = try house.server.connectionCount
        gate.signal()
        #expect(runs.reaches(2))
        gate.signal()
        usleep(300_000)
        #expect(runs.words.count == 2)
        #expect(try house.stop())
    }

    @Test("At the deadline the step is run once more and answers")
    func deadline() throws {
        let box = Box(wait: Timestamp.Span(milliseconds: 200))
        let house = try house(box)
        let took = ServerTools.stopwatch()
        #expect(try house.client().call(claim)?.body == nothing)
        #expect(took() >= 195)
        #expect(box.reasons.words == ["bell", "deadline"])
        #expect(try house.stop())
    }

    @Test("When the peer leaves, the step is told exactly once")
    func abandoned() throws {
        let box = Box()
        let house = try house(box)
        do {
            let client = try house.client()
            client.send(RawClient.request(claim))
            #expect(box.reasons.reaches(1))
            withExtendedLifetime(client) {}
        }
        #expect(box.reasons.reaches(2))
        house.room.ring(.deliveries)
        usleep(50_000)
        #expect(box.reasons.words == ["bell", "abandoned"])
        #expect(try house.server.connectionCount == 0)
        #expect(try house.stop())
        #expect(box.reasons.words == ["bell", "abandoned"])
    }

    @Test("A peer that only ended its sending side goes on waiting")
    func halfClosed() throws {
        let box = Box()
        let house = try house(box)
        let client = try house.client()
        client.send(RawClient.request(claim))
        client.endSending()
        #expect(box.reasons.reaches(1))
        usleep(50_000)
        box.isFull.store(true, ordering: .releasing)
        house.room.ring(.deliveries)
        #expect(try client.receive()?.body == nothing)
        #expect(try client.receive() == nil)
        #expect(try house.stop())
    }

    @Test("A chain of waits moves from bell to bell")
    func chain() throws {
        let runs = Tally()
        let begun = Tally()
        let house = try ServerUnderTest([
            .waiting(ClaimDelivery.self) { _, _ in
                let until = Box.now + .seconds(10)
                return .wait(for: .deliveries, until: until) { _ in
                    begun.add("first")
                    return .wait(for: .deliveries, until: until) { _ in
                        .wait(for: .audit, until: until) { reason in
                            runs.add("second \(reason)")
                            return .wait(for: .audit, until: until) { _ in .done(.init(job: nil)) }
                        }
                    }
                }
            }
        ])
        let client = try house.client()
        client.send(RawClient.request(claim))
        #expect(begun.reaches(1))
        #expect(runs.words.isEmpty)
        house.room.ring(.deliveries)
        #expect(runs.reaches(1))
        usleep(50_000)
        house.room.ring(.audit)
        #expect(try client.receive()?.body == nothing)
        #expect(runs.words == ["second bell"])
        #expect(try house.stop())
    }

    @Test("Waiting calls hold no thread, and one uid has only so many")
    func bounds() throws {
        let box = Box()
        var limits = ServerLimits()
        limits.workers = 2
        limits.queued = 40
        limits.waitersPerUID = 20
        let house = try house(box, limits: limits)
        let clients = try (0..<20).map { _ in try house.client() }
        for client in clients { client.send(RawClient.request(claim)) }
        #expect(box.reasons.reaches(20))
        let busy = try #require(try house.client().call(claim))
        #expect(busy.failureCode == .busy)
        box.isFull.store(true, ordering: .releasing)
        house.room.ring(.deliveries)
        for client in clients { #expect(try client.receive()?.body == nothing) }
        #expect(try house.client().call(claim)?.body == nothing)
        #expect(try house.stop())
    }

    @Test("Stopping abandons what waits, exactly once, and closes")
    func stop() throws {
        let box = Box()
        let house = try house(box)
        let clients = try (0..<5).map { _ in try house.client() }
        for client in clients { client.send(RawClient.request(claim)) }
        #expect(box.reasons.reaches(5))
        usleep(50_000)
        #expect(try house.stop())
        #expect(box.reasons.words.filter { $0 == "abandoned" }.count == 5)
        for client in clients { #expect(try client.receive() == nil) }
        house.room.ring(.deliveries)
    }
}
