import Foundation
import SSPRDomain
import SSPRVocabulary
import Testing

@testable import SSPRCrypto

/// Admission, priority and the end of the pool (attack F4, I17).
@Suite(.timeLimit(.minutes(2))) struct HashingPoolTests {
    /// How calls from several threads ended.
    final class Tally: Sendable {
        let right = Guarded(0)
        let busy = Guarded(0)
        private let failed = Guarded<[String]>([])
        private let done = Semaphore()

        /// Hashes on a thread of its own, `calls` times.
        func start(_ pool: HashingPool, _ verifier: Verifier, calls: Int = 1) {
            Thread.detachNewThread { [self] in
                for _ in 0..<calls {
                    do {
                        let isRight = try pool.verify(Secret(text: "secret"), against: verifier)
                        if isRight { right.withLock { $0 += 1 } }
                    } catch is HasherBusy {
                        busy.withLock { $0 += 1 }
                    } catch {
                        failed.withLock { $0.append("\(error)") }
                    }
                }
                done.signal()
            }
        }

        func wait(threads: Int) {
            for _ in 0..<threads { done.wait() }
            #expect(failed.withLock { $0 } == [])
        }
    }

    /// Makes a verifier for "secret" with a pool that nothing holds up.
    static func verifier(_ ring: KeyRing, _ cost: HashingCost) throws -> Verifier {
        try HashingPool(keys: ring, cost: cost, threads: 1).verifier(for: Secret(text: "secret"))
    }

    @Test(arguments: [(1, 0), (2, 8), (3, 1)])
    func admitsThreadsAndPlacesAndRefusesTheRest(threads: Int, places: Int) throws {
        let (ring, cost) = (KeyRing(), try CryptoFixture.cheap())
        let verifier = try Self.verifier(ring, cost)
        let gate = Semaphore()
        let pool = try HashingPool(keys: ring, cost: cost, threads: threads, places: places) { gate.wait() }
        let tally = Tally()
        let admitted = threads + places
        for _ in 0..<admitted { tally.start(pool, verifier) }
        while pool.occupancy.inFlight < admitted { usleep(1000) }

        // Were the next one admitted, it would wait at the closed gate: so it is tried on a thread of its own first.
        let next = Tally()
        next.start(pool, verifier)
        while pool.occupancy.inFlight == admitted, pool.counts.refused == 0 { usleep(1000) }
        guard pool.occupancy.inFlight == admitted else {
            Issue.record("one more than threads and places was admitted")
            for _ in 0...admitted { gate.signal() }
            return
        }
        for _ in 0..<50 {
            #expect(throws: HasherBusy.self) { try pool.verify(Secret(text: "secret"), against: verifier) }
            #expect(throws: HasherBusy.self) { try pool.verifier(for: Secret(text: "secret")) }
        }
        next.wait(threads: 1)
        #expect(next.busy.withLock { $0 } == 1)
        #expect(pool.counts.hashed == 0 && pool.counts.refused == 101)

        for _ in 0..<admitted { gate.signal() }
        tally.wait(threads: admitted)
        #expect(tally.right.withLock { $0 } == admitted && tally.busy.withLock { $0 } == 0)
        #expect(pool.counts.hashed == admitted && pool.occupancy.inFlight == 0)

        // The places are free again.
        gate.signal()
        #expect(try pool.verify(Secret(text: "secret"), against: verifier))
    }

    @Test func accountsForEachOfAThousandCallsAtOnce() throws {
        let (ring, cost) = (KeyRing(), try HashingCost(passes: 1, memoryKiB: 1024))
        let verifier = try Self.verifier(ring, cost)
        let begun = Guarded(0)
        let pool = try HashingPool(keys: ring, cost: cost, threads: 2, places: 8) { begun.withLock { $0 += 1 } }
        let tally = Tally()
        for _ in 0..<100 { tally.start(pool, verifier, calls: 10) }
        tally.wait(threads: 100)
        let (right, busy) = (tally.right.withLock { $0 }, tally.busy.withLock { $0 })
        #expect(right + busy == 1000)
        #expect(right >= 10 && busy > 0)
        #expect(pool.counts.hashed == right && pool.counts.refused == busy)
        #expect(begun.withLock { $0 } == right)
    }

    @Test func neverRefusesOneCallerWhoComesBackAtOnce() throws {
        let (ring, cost) = (KeyRing(), try HashingCost(passes: 1, memoryKiB: 8))
        let pool = try HashingPool(keys: ring, cost: cost, threads: 1, places: 0)
        let verifier = try pool.verifier(for: Secret(text: "secret"))
        for _ in 0..<2000 { #expect(try pool.verify(Secret(text: "secret"), against: verifier)) }
        #expect(pool.counts.refused == 0)
    }

    @Test func hashesAtLowPriorityAndLeavesTheCallersAlone() throws {
        let before = HashingThread.currentNiceness
        let seen = Guarded<[Int32]>([])
        let pool = try HashingPool(keys: KeyRing(), cost: CryptoFixture.cheap(), threads: 1, places: 0) {
            seen.withLock { $0.append(HashingThread.currentNiceness) }
        }
        _ = try pool.verifier(for: Secret(text: "secret"))
        #expect(seen.withLock { $0 } == [max(before, 10)])
        #expect(HashingThread.currentNiceness == before)
        #expect(pool.counts.threadsAtFullPriority == 0)
    }

    @Test func finishesWhatIsInLineWhenItStops() throws {
        let (ring, cost) = (KeyRing(), try CryptoFixture.cheap())
        let verifier = try Self.verifier(ring, cost)
        let gate = Semaphore()
        let pool = try HashingPool(keys: ring, cost: cost, threads: 2, places: 8) { gate.wait() }
        let tally = Tally()
        for _ in 0..<5 { tally.start(pool, verifier) }
        while pool.occupancy.inFlight < 5 { usleep(1000) }

        let stopped = Semaphore()
        for _ in 0..<2 {
            Thread.detachNewThread {
                pool.stop()
                stopped.signal()
            }
        }
        while !pool.occupancy.isStopped { usleep(1000) }
        #expect(throws: HasherBusy.self) { try pool.verify(Secret(text: "secret"), against: verifier) }

        for _ in 0..<5 { gate.signal() }
        tally.wait(threads: 5)
        for _ in 0..<2 { stopped.wait() }
        #expect(tally.right.withLock { $0 } == 5 && tally.busy.withLock { $0 } == 0)
        #expect(throws: HasherBusy.self) { try pool.verify(Secret(text: "secret"), against: verifier) }
        pool.stop()
    }

    @Test func tellsItsCeiling() throws {
        let ring = KeyRing()
        let standard = try HashingPool(keys: ring, threads: 2)
        #expect(standard.memoryCeiling == 2 * 64 << 20)
        let small = try HashingPool(keys: ring, cost: HashingCost(passes: 1, memoryKiB: 8), threads: 3)
        #expect(small.memoryCeiling == 3 * 2 << 20)
        #expect(try HashingPool(keys: ring).threads == HashingPool.onlineProcessors)
    }
}
