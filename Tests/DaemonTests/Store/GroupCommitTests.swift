import Foundation
import Glibc
import SSPRDomain
import SSPRVocabulary
import Testing

@testable import SSPRStore

/// The order of things in a group, with jobs that do nothing.
@Suite struct GroupCommitTests {
    private final class Job: WriteJob {
        let turn = Turn()
        let number: Int
        let committed: (@Sendable () -> Void)?
        init(_ number: Int, isAlone: Bool = false) {
            self.number = number
            let nothing: @Sendable () -> Void = {}
            committed = isAlone ? nothing : nil
        }
        func attempt(in transaction: SQLiteTransaction) -> Bool { true }
        func fail(_ error: any Error) {}
    }

    @Test func whoWantsToBeAloneIsWithNobodyBeforeOrAfter() {
        #expect(
            Self.groups(of: (0..<7).map { Job($0, isAlone: $0 == 3 || $0 == 4) }) == [[0], [1, 2], [3], [4], [5, 6]])
    }

    /// The groups of jobs that come while the first one runs.
    private static func groups(of jobs: [Job]) -> [[Int]] {
        let groups = Guarded<[[Int]]>([])
        let opened = DispatchSemaphore(value: 0)
        let group = GroupCommit { jobs in
            groups.withLock { $0.append(jobs.compactMap { ($0 as? Job)?.number }) }
            if groups.withLock({ $0.count }) == 1 { opened.wait() }
        }
        let isDone = Guarded(0)
        for (number, job) in jobs.enumerated() {
            Thread.detachNewThread {
                group.submit(job)
                isDone.withLock { $0 += 1 }
            }
            while (number == 0 ? groups.withLock { $0.count } : group.waiting) < max(number, 1) { usleep(50) }
        }
        opened.signal()
        while isDone.withLock({ $0 }) < jobs.count { usleep(50) }
        return groups.withLock { $0 }
    }

    @Test func groupsTakeWhatWaitsUpToTheBoundAndNeverWait() throws {
        let groups = Guarded<[[Int]]>([])
        let opened = DispatchSemaphore(value: 0)
        let group = GroupCommit { jobs in
            let numbers = jobs.compactMap { ($0 as? Job)?.number }
            let isFirst = groups.withLock { groups in
                groups.append(numbers)
                return groups.count == 1
            }
            if isFirst { opened.wait() }
        }
        let isDone = Guarded(0)
        for number in 0..<601 {
            Thread.detachNewThread {
                group.submit(Job(number))
                isDone.withLock { $0 += 1 }
            }
            // One after the other, so that the order is known: the first leads alone, the others wait.
            while (number == 0 ? groups.withLock { $0.count } : group.waiting) < max(number, 1) { usleep(50) }
        }
        #expect(isDone.withLock { $0 } == 0)
        opened.signal()
        while isDone.withLock({ $0 }) < 601 { usleep(50) }
        let sizes = groups.withLock { $0.map(\.count) }
        #expect(sizes == [1, 256, 256, 88])
        #expect(groups.withLock { $0.flatMap { $0 } } == Array(0..<601))
        // Nobody is left behind: the next one leads again.
        group.submit(Job(601))
        #expect(groups.withLock { $0.last } == [601])
    }
}

/// Runs `count` writers so that the first is alone and all others are one group.
func writeTogether<R: Sendable>(
    _ store: SQLiteStore, _ count: Int, _ body: @escaping @Sendable (Int, any Transaction) throws -> R
) throws -> [Result<R, any Error>] {
    let isInside = DispatchSemaphore(value: 0)
    let mayGo = DispatchSemaphore(value: 0)
    let leader = DispatchGroup()
    let alone = Guarded<(any Error)?>(nil)
    leader.enter()
    Thread.detachNewThread {
        do {
            try store.write { _ in
                isInside.signal()
                mayGo.wait()
            }
        } catch {
            alone.withLock { $0 = error }
        }
        leader.leave()
    }
    isInside.wait()
    let watcher = DispatchGroup()
    watcher.enter()
    Thread.detachNewThread {
        while store.group.waiting < count { usleep(50) }
        mayGo.signal()
        watcher.leave()
    }
    let results = inParallel(count) { index in try store.write { tx in try body(index, tx) } }
    watcher.wait()
    leader.wait()
    if let error = alone.withLock({ $0 }) { throw error }
    return results
}

@Suite struct SharedCommitTests {
    private struct Odd: Error, Equatable {
        let number: Int
    }

    @Test func aFailedJobLeavesTheOthersOfItsGroupAlone() throws {
        let store = try TemporaryState().open()
        let results = try writeTogether(store, 40) { index, tx in
            try tx.insert(try Sample.account(UInt64(index), "user\(index)"))
            try tx.append(try Sample.event(index))
            if index % 2 == 1 { throw Odd(number: index) }
            return index
        }
        for (index, result) in results.enumerated() {
            if index % 2 == 1 {
                #expect(throws: Odd(number: index)) { try result.get() }
            } else {
                #expect(try result.get() == index)
            }
        }
        try store.read { tx throws in
            #expect(try tx.accounts(after: nil, limit: 100).count == 20)
            #expect(try tx.auditHead().sequence == 20)
            #expect(try tx.verifyLinks(after: 0, hash: Sample.bytes(0)).fault == nil)
        }
    }

    @Test func aConflictInAGroupConcernsItsWriterOnly() throws {
        let store = try TemporaryState().open()
        let results = try writeTogether(store, 20) { index, tx in
            try tx.insert(try Sample.account(UInt64(index), "user\(index / 2)"))
        }
        let conflicts = results.count {
            if case .failure(let error) = $0 { error is RowConflict } else { false }
        }
        #expect(conflicts == 10)
        #expect(try store.read { try $0.accounts(after: nil, limit: 100).count } == 10)
    }
}

/// One strace can be attached to a process at a time, so these run one after the other.
@Suite(.serialized) struct SyncCountTests {
    /// Runs `body` under a trace, or says why not; where tests must be whole (CI), that is a failure.
    private func syncs(of state: TemporaryState, during body: () throws -> Void) throws -> [String]? {
        do {
            let trace = try SyncTrace(directory: state.directory)
            let result = Result { try body() }
            let calls = try trace.finish()
            try result.get()
            return calls
        } catch let reason as SyncTrace.Unavailable {
            print("SKIPPED: \(reason)")
            #expect(ProcessInfo.processInfo.environment["CI"] == nil, "\(reason)")
            return nil
        }
    }

    /// A state whose log has its header already: the first commit after opening syncs that too.
    private func warmState() throws -> (TemporaryState, SQLiteStore) {
        let state = try TemporaryState()
        let store = try state.open()
        try store.write { try $0.append(try Sample.event(0)) }
        return (state, store)
    }

    @Test func oneWriterAloneCostsOneSync() throws {
        let (state, store) = try warmState()
        let calls = try syncs(of: state) {
            for index in 1...5 { try store.write { try $0.append(try Sample.event(index)) } }
        }
        if let calls {
            #expect(calls.count == 5)
            #expect(calls.allSatisfy { $0.contains("fdatasync(") && $0.contains("ssprd.sqlite-wal") })
        }
    }

    @Test func aReaderAndAFailedWriterCostNoSync() throws {
        let (state, store) = try warmState()
        let calls = try syncs(of: state) {
            _ = try store.read { try $0.auditHead() }
            #expect(throws: CancellationError.self) {
                try store.write { tx in
                    try tx.append(try Sample.event(1))
                    throw CancellationError()
                }
            }
        }
        if let calls { #expect(calls.isEmpty) }
    }

    @Test func writersThatWaitTogetherShareOneSync() throws {
        let (state, store) = try warmState()
        let calls = try syncs(of: state) {
            let results = try writeTogether(store, 64) { index, tx in try tx.append(try Sample.event(index)) }
            for result in results { try result.get() }
        }
        // The one that they waited for changed nothing, so it needs none.
        if let calls { #expect(calls.count == 1) }
        #expect(try store.read { try $0.auditHead().sequence } == 65)
    }

    @Test func sixtyFourWritersAtOnceCostAtMostSixteenSyncs() throws {
        let (state, store) = try warmState()
        let calls = try syncs(of: state) {
            let results = inParallel(64) { index in try store.write { try $0.append(try Sample.event(index)) } }
            for result in results { try result.get() }
        }
        if let calls { #expect((1...16).contains(calls.count)) }
        #expect(try store.read { try $0.auditHead().sequence } == 65)
    }

    @Test func aFailedSyncEndsTheProcess() async throws {
        let state = try TemporaryState()
        let first = try state.open()
        try first.write { try $0.append(try Sample.event(1)) }
        try first.close()
        await #expect(processExitsWith: .exitCode(74)) { [directory = state.directory as String] in
            let store = try SQLiteStore(directory: directory, hash: MemoryStore.simpleHash, now: { Sample.at(0) })
            try store.write { try $0.append(try Sample.event(2)) }
            do {
                _ = try SyncTrace(directory: directory, fault: "fdatasync:error=EIO:when=1")
            } catch let reason as SyncTrace.Unavailable {
                print("SKIPPED: \(reason)")
                _exit(ProcessInfo.processInfo.environment["CI"] == nil ? 74 : 3)
            }
            try store.write { try $0.append(try Sample.event(3)) }
            // The second sync would succeed, and the third record could still be lost.
            _exit(2)
        }
        let store = try state.open()
        try store.read { tx throws in
            // The third may be there or not; nobody was told.
            #expect((2...3).contains(try tx.auditHead().sequence))
            #expect(try tx.verifyLinks(after: 0, hash: Sample.bytes(0)).fault == nil)
        }
    }
}
