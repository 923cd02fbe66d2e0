import GRDB
import GRDBSQLite
import SSPRDomain

/// Runs one group of jobs on the writing connection: one transaction, a savepoint each, one commit (decision 0005).
struct WriteGroup {
    let database: Database
    let hash: LinkHash
    let moment: ChangeMoment
    let checkpointer: Checkpointer
    let witness: Witness?
    let onFatal: @Sendable (String) -> Never

    /// Runs the jobs; each has its result when this returns, and what was said to have succeeded is durable.
    func run(_ jobs: [any WriteJob]) {
        // The first room that comes back belongs to the checkpoint: then the log begins anew, instead of eating it up.
        if checkpointer.lacksRoom { makeRoom() }
        defer { if checkpointer.isDue { makeRoom() } }
        if let only = jobs.first, jobs.count == 1 {
            if runAlone(only) == .noRoom {
                makeRoom()
                runAlone(only)
            }
        } else if !runTogether(jobs) {
            makeRoom()
            // A full disk ended the transaction for everybody: each gets a chance of its own, so that only the one that needs room fails.
            for job in jobs { runAlone(job) }
        }
    }

    private enum Ending {
        /// The job has its result.
        case told
        /// Nothing has changed, and the job has been told so.
        case noRoom
    }

    /// Moves the log into the database: it may then begin anew, in the room that it has.
    private func makeRoom() {
        if let failure = checkpointer.checkpoint(database), failure.isInputOutput {
            onFatal("a checkpoint failed: \(failure)")
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
            if let failure { tell(job, failure) }
            if !isKept, control("ROLLBACK TO job", on: frame) != nil { return undo(frame) }
            guard control("RELEASE job", on: frame) == nil else { return undo(frame) }
        }
        return commit(frame) == nil
    }

    @discardableResult
    private func runAlone(_ job: any WriteJob) -> Ending {
        let frame = Connection(database)
        if let failure = control("BEGIN IMMEDIATE", on: frame) { return tell(job, failure) }
        let (isKept, failure) = attempt(job)
        if isKept {
            if let failure = commit(frame) { return tell(job, failure) }
            job.committed?()
            return .told
        }
        _ = undo(frame)
        return failure.map { tell(job, $0) } ?? .told
    }

    /// Gives the caller its error: no room is a state of the world, everything else is a fault.
    @discardableResult
    private func tell(_ job: any WriteJob, _ failure: StoreFailure) -> Ending {
        if failure.isFull {
            checkpointer.lacksRoom = true
            job.fail(StoreError.unavailable)
            return .noRoom
        }
        job.fail(failure.told)
        return .told
    }

    /// Runs a job's closure.
    ///
    /// Not kept when it threw, or when it went on after an error that may have ended the transaction.
    private func attempt(_ job: any WriteJob) -> (isKept: Bool, failure: StoreFailure?) {
        let connection = Connection(database)
        moment.begin()
        let hasReturned = job.attempt(in: SQLiteTransaction(connection, hash: hash))
        if let failure = connection.broken, failure.isInputOutput { onFatal("the state cannot be changed: \(failure)") }
        return (hasReturned && connection.broken == nil, connection.broken)
    }

    /// Makes the transaction durable, or returns the failure that certainly left nothing behind, or ends the process.
    ///
    /// Full means that a page found no room before anything was synced. After every other failure nobody can say what the disk
    /// holds, and a second sync may succeed although data is lost (attack G2, I13).
    private func commit(_ frame: Connection) -> StoreFailure? {
        guard let failure = control("COMMIT", on: frame) else {
            tellWitness()
            return nil
        }
        guard failure.isFull else { onFatal("a commit failed: \(failure)") }
        _ = undo(frame)
        return failure
    }

    /// Notes the newest record outside the state, before anybody has an answer that rests on it.
    private func tellWitness() {
        guard let witness else { return }
        do {
            let head = try SQLiteSnapshot(Connection(database), hash: hash).auditHead()
            guard witness.note(head) else { onFatal("the witness cannot be written: \(systemError())") }
        } catch {
            onFatal("the newest record cannot be read: \(error)")
        }
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
}
