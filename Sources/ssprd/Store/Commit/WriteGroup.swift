import GRDB
import GRDBSQLite
import SSPRDomain

/// Runs one group of jobs on the writing connection: one transaction, a savepoint each, one commit (DESIGN section 6, Group commit).
struct WriteGroup {
    let database: Database
    let hash: LinkHash
    let onFatal: @Sendable (String) -> Never

    /// Runs the jobs; each has its result when this returns, and what was said to have succeeded is durable.
    func run(_ jobs: [any WriteJob]) {
        if jobs.count == 1 || !runTogether(jobs) {
            // A full disk ended the transaction for everybody: each gets a chance of its own, so that only the one that needs room fails.
            for job in jobs { runAlone(job) }
        }
    }

    /// False when the whole transaction was undone and nobody has a result.
    private func runTogether(_ jobs: [any WriteJob]) -> Bool {
        let frame = Connection(database)
        guard control("BEGIN IMMEDIATE", on: frame) == nil else { return false }
        for job in jobs {
            guard control("SAVEPOINT job", on: frame) == nil else { return undo(frame) }
            let (isKept, failure) = attempt(job)
            // A full disk usually has undone everything already; where it has not, it is done here.
            if let failure, failure.isFull || !frame.isInTransaction { return undo(frame) }
            if let failure { job.fail(Self.told(failure)) }
            if !isKept, control("ROLLBACK TO job", on: frame) != nil { return undo(frame) }
            guard control("RELEASE job", on: frame) == nil else { return undo(frame) }
        }
        return commit(frame) == nil
    }

    private func runAlone(_ job: any WriteJob) {
        let frame = Connection(database)
        if let failure = control("BEGIN IMMEDIATE", on: frame) { return job.fail(Self.told(failure)) }
        let (isKept, failure) = attempt(job)
        if isKept, let failure = commit(frame) { return job.fail(Self.told(failure)) }
        if !isKept { _ = undo(frame) }
        if let failure { job.fail(Self.told(failure)) }
    }

    /// Runs a job's closure.
    ///
    /// Not kept when it threw, or when it went on after an error that may have ended the transaction.
    private func attempt(_ job: any WriteJob) -> (isKept: Bool, failure: StoreFailure?) {
        let connection = Connection(database)
        let hasReturned = job.attempt(in: SQLiteTransaction(connection, hash: hash))
        if let failure = connection.broken, failure.isInputOutput { onFatal("the state cannot be changed: \(failure)") }
        return (hasReturned && connection.broken == nil, connection.broken)
    }

    /// Makes the transaction durable, or returns the failure that certainly left nothing behind, or ends the process.
    ///
    /// Full means that a page found no room before anything was synced. After every other failure nobody can say what the disk
    /// holds, and a second sync may succeed although data is lost (SECURITY G2, I13).
    private func commit(_ frame: Connection) -> StoreFailure? {
        guard let failure = control("COMMIT", on: frame) else { return nil }
        guard failure.isFull else { onFatal("a commit failed: \(failure)") }
        _ = undo(frame)
        return failure
    }

    /// Undoes the whole transaction, if there still is one; always false, for the caller to return.
    private func undo(_ frame: Connection) -> Bool {
        let fresh = Connection(database)
        if frame.isInTransaction, let failure = control("ROLLBACK", on: fresh), fresh.isInTransaction {
            onFatal("a transaction cannot be undone: \(failure)")
        }
        return false
    }

    /// Runs a statement about the transaction itself.
    private func control(_ sql: String, on connection: Connection) -> StoreFailure? {
        do {
            try connection.run(sql)
            return nil
        } catch let failure as StoreFailure {
            if failure.isInputOutput { onFatal("\(sql) failed: \(failure)") }
            return failure
        } catch {
            onFatal("\(sql) failed: \(error)")
        }
    }

    /// What the caller is told: no room is a state of the world, everything else is a fault.
    private static func told(_ failure: StoreFailure) -> any Error {
        if failure.isFull { return StoreError.unavailable }
        return failure.isCorrupt ? StoreCorrupt(failure.message) : failure
    }
}
