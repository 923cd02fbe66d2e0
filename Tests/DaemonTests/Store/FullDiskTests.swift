import Foundation
import Glibc
import SSPRDomain
import SSPRVocabulary
import Testing

@testable import SSPRStore

/// No room and broken disks (invariant I12, I13).
@Suite struct FullDiskTests {
    private static func isUnavailable(_ result: Result<some Any, any Error>) -> Bool {
        if case .failure(StoreError.unavailable) = result { true } else { false }
    }

    /// Queues messages of 400 bytes until there is no room; returns how many there are.
    private func fill(_ store: SQLiteStore) throws -> UInt64 {
        for number in UInt64(1)...100_000 {
            do { try store.write { try $0.insert(Sample.delivery(number, of: nil)) } } catch StoreError.unavailable {
                return number - 1
            }
        }
        Issue.record("the limit was never reached")
        return 0
    }

    @Test func noRoomIsUnavailableAndServiceReturnsWithRoom() throws {
        let state = try TemporaryState()
        let store = try state.open(pageLimit: 110)
        let count = try fill(store)
        #expect(count > 10)
        // Still there, still consistent, and still refusing.
        #expect(try store.read { try $0.delivery(DeliveryID(random: count)) } != nil)
        #expect(throws: StoreError.self) { try store.write { try $0.insert(Sample.delivery(count + 1, of: nil)) } }
        #expect(try store.read { try $0.delivery(DeliveryID(random: count + 1)) } == nil)
        // Without a restart: room comes back, and so does the service.
        try store.write { tx in for number in 1...count { try tx.remove(DeliveryID(random: number)) } }
        try store.write { try $0.insert(Sample.delivery(count + 1, of: nil)) }
        #expect(try store.read { try $0.delivery(DeliveryID(random: count + 1)) } != nil)
    }

    @Test func inAGroupOnlyWhoeverNeedsTheRoomFails() throws {
        let state = try TemporaryState()
        let store = try state.open(pageLimit: 110)
        let results = try writeTogether(store, 12) { index, tx in
            // One of them wants more than there is; the others fit easily.
            if index == 5 { for number in 0..<2000 { try tx.insert(Sample.delivery(UInt64(number), of: nil)) } }
            try tx.append(try Sample.event(index))
        }
        #expect(results.indices.filter { Self.isUnavailable(results[$0]) } == [5])
        for (index, result) in results.enumerated() where index != 5 { try result.get() }
        try store.read { tx throws in
            #expect(try tx.auditHead().sequence == 11)
            #expect(try tx.verifyLinks(after: 0, hash: Sample.bytes(0)).fault == nil)
            #expect(try tx.nextDelivery(at: Sample.now, through: .email) == nil)
            #expect(try tx.delivery(DeliveryID(random: 1)) == nil)
        }
    }

    @Test func aClosureThatSwallowsTheErrorChangesNothing() throws {
        let store = try TemporaryState().open(pageLimit: 110)
        let count = try fill(store)
        // The full disk has ended the transaction; what follows must not commit by itself, statement by statement.
        #expect(throws: StoreError.self) {
            try store.write { tx in
                var number = count
                do {
                    while true {
                        number += 1
                        try tx.insert(Sample.delivery(number, of: nil))
                    }
                } catch {}
                do { try tx.remove(DeliveryID(random: 1)) } catch {}
            }
        }
        #expect(try store.read { try $0.delivery(DeliveryID(random: 1)) } != nil)
        #expect(try store.read { try $0.delivery(DeliveryID(random: count + 1)) } == nil)
    }

    @Test func aFailedCommitEndsTheProcess() async throws {
        let state = try TemporaryState()
        let first = try state.open()
        try first.write { try $0.append(try Sample.event(1)) }
        try first.close()
        await #expect(processExitsWith: .exitCode(74)) { [directory = state.directory as String] in
            let store = try SQLiteStore(directory: directory, hash: MemoryStore.simpleHash, now: { Sample.at(0) })
            try store.write { try $0.append(try Sample.event(2)) }
            // From here on no file may grow: the write of the next commit fails, which is an input/output error.
            signal(SIGXFSZ, SIG_IGN)
            let size =
                (try FileManager.default.attributesOfItem(atPath: directory + "/ssprd.sqlite-wal"))[.size] as? UInt
            var limit = rlimit(rlim_cur: size ?? 0, rlim_max: size ?? 0)
            // The structure outlives the call.
            guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { _exit(1) }
            try store.write { try $0.append(try Sample.event(3)) }
            // A success that was never synced.
            _exit(2)
        }
        let store = try state.open()
        try store.read { tx throws in
            #expect(try tx.auditHead().sequence == 2)
            #expect(try tx.verifyLinks(after: 0, hash: Sample.bytes(0)).fault == nil)
        }
    }

    @Test func theLogIsMovedIntoTheDatabaseAsItGrows() throws {
        let state = try TemporaryState()
        let store = try state.open()
        for round in 0..<12 {
            try store.write { tx in
                for number in 0..<1000 { try tx.insert(Sample.delivery(UInt64(round * 1000 + number), of: nil)) }
            }
        }
        let size = (try FileManager.default.attributesOfItem(atPath: state.database))[.size] as? Int
        #expect(try #require(size) > 1 << 20)
        #expect(try store.read { try $0.delivery(DeliveryID(random: 11_999)) } != nil)
    }
}
