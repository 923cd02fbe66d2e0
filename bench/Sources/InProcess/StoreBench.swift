import Dispatch
import Foundation
import SSPRCrypto
import SSPRDomain
import SSPRStore
import SSPRVocabulary
import StrictCBOR
import Synchronization

/// The store by itself, without socket, hashing and rules.
struct StoreBench {
    let folder: String
    /// Everything happens in one moment: a clock that is read would be measured too.
    private static let moment = Timestamp(milliseconds: 1_795_000_000_123)

    private func open() throws -> SQLiteStore {
        try SQLiteStore(
            directory: folder, hash: { ChainHash.link(previous: $0, sequence: $1, bytes: $2) }, now: { Self.moment })
    }

    func prepare() throws { try open().close() }

    /// Appends audit rows for a while: what a sign-in leaves, so many in one transaction.
    func commit(rows: Int, seconds: Double, threads: Int) throws {
        let store = try open()
        let event = AuditEvent(
            .signInAnswered, .succeeded, at: Self.moment,
            by: EventActor(uid: 1000, role: .helper), account: try AccountName("maria.lindqvist"))
        let clock = ContinuousClock()
        let began = clock.now
        let end = began + .nanoseconds(Int64(seconds * 1e9))
        let written = Mutex(0)
        let failure = Mutex<(any Error)?>(nil)
        let done = DispatchGroup()
        @Sendable func work() {
            var count = 0
            do {
                repeat {
                    try store.write { tx in
                        for _ in 0..<rows { try tx.append(event) }
                    }
                    count += rows
                } while clock.now < end
            } catch {
                failure.withLock { $0 = error }
            }
            written.withLock { $0 += count }
            done.leave()
        }
        for _ in 0..<threads {
            done.enter()
            // Threads of their own: a pool would have as many as there are cores, and all of these wait for the disk.
            Thread { work() }.start()
        }
        done.wait()
        let took = (clock.now - began) / .seconds(1)
        try store.close()
        if let failure = failure.withLock({ $0 }) { throw failure }
        let rate = Double(written.withLock { $0 }) / took
        print("{\"rows_per_s\":\(rate.short),\"event_bytes\":\(try CBOREncoder().encode(event).count)}")
    }

    /// Looks accounts up by their name: each in a read of its own, and all within one.
    func find(rows: Int, count: Int) throws {
        let store = try open()
        var draws = Draws()
        let names = try (0..<count + count / 4).map { _ in
            let digits = String(draws.next() % UInt64(rows))
            return try AccountName("user" + String(repeating: "0", count: max(0, 7 - digits.utf8.count)) + digits)
        }
        let apart = try names.map { name in
            try secondsTaken { try store.read { try Self.find(name, $0) } }
        }
        let within = try store.read { snapshot in
            try names.map { name in try secondsTaken { try Self.find(name, snapshot) } }
        }
        try store.close()
        let warm = count / 4
        print(
            "{\"apart_us\":\((Array(apart[warm...]).median * 1e6).short),"
                + "\"within_us\":\((Array(within[warm...]).median * 1e6).short)}")
    }

    private static func find(_ name: AccountName, _ snapshot: any Snapshot) throws {
        guard try snapshot.account(named: name) != nil else { throw Missing(name: name) }
    }

    /// The state was not filled.
    private struct Missing: Error {
        let name: AccountName
    }
}
