import GRDB
import GRDBSQLite
import Glibc
public import SSPRDomain
public import SSPRVocabulary

/// The state in one SQLite database on a local disk.
///
/// Readers work on snapshots beside the one writer. What `write` has returned is on the disk: each commit is synced, and writers that
/// wait at the same moment share it (`GroupCommit`).
public final class SQLiteStore: Store {
    /// What was read back at opening.
    public let report: DurabilityReport
    /// Whether this is the newest state that this host has seen.
    public let provenance: StateProvenance

    // Destroyed in this order: the connections are closed before the lock is gone.
    let group: GroupCommit
    private let pool: DatabasePool
    private let checkpointer: Checkpointer
    private let hash: LinkHash
    let opener: StateOpener
    private let lock: Guarded<StateLock?>
    private let witness: Witness?

    /// Opens the state in a folder, or begins one there.
    ///
    /// The folder must exist, belong to the effective user and be closed to others' writing. Only one process may have it open.
    /// - Parameters:
    ///   - directory: The folder.
    ///   - hash: The hash of the audit chain's links.
    ///   - now: The moment by which what was so is kept.
    ///   - witness: A file outside the folder that remembers the newest record; nil: every state is taken for the newest.
    ///   - pageLimit: The greatest size in pages of 4 KiB; beyond it `write` throws `StoreError.unavailable`. Nil: the disk decides.
    ///   - onFatal: Called once nothing can be promised any more, such as after a failed sync; must end the process.
    /// - Throws: `StoreOpenError` with the path, what is wrong and what to do.
    public init(
        directory: String, hash: @escaping LinkHash, now: @escaping @Sendable () -> Timestamp,
        witness path: String? = nil, pageLimit: UInt32? = nil,
        onFatal: @escaping @Sendable (String) -> Never = SQLiteStore.endProcess
    ) throws {
        let files = StateFiles(directory: directory)
        try files.checkDirectory()
        let lock = try StateLock(directory: directory)
        try files.prepareDatabase()
        let checkpointer = Checkpointer()
        let moment = ChangeMoment(now)
        let opener = StateOpener(files: files, pageLimit: pageLimit, moment: moment)
        let (pool, report) = try opener.open(checkpointer)
        try files.checkOpened()
        let witness = try path.map(Witness.init)
        provenance = try pool.read { database in
            guard let witness else { return .newest }
            return try StateProvenance(of: SQLiteSnapshot(Connection(database), hash: hash), seen: witness.seen)
        }
        self.witness = witness
        self.report = report
        self.pool = pool
        self.hash = hash
        self.opener = opener
        self.checkpointer = checkpointer
        self.lock = Guarded(lock)
        group = GroupCommit { jobs in
            pool.writeWithoutTransaction { database in
                WriteGroup(
                    database: database, hash: hash, moment: moment, checkpointer: checkpointer, witness: witness,
                    onFatal: onFatal
                ).run(jobs)
            }
        }
    }

    /// From now on the witness is told of what is written: what an older state may have revived is void.
    public func trust() throws { try witness?.begin(at: read { try $0.auditHead() }) }

    /// Runs `body` all or nothing; durable when this returns.
    public func write<R: Sendable>(_ body: @Sendable (any Transaction) throws -> R) throws -> R {
        // The closure is run while this call waits, and the job lets go of it before this call returns.
        try withoutActuallyEscaping(body) { body in
            let job = TypedWriteJob(body)
            group.submit(job)
            return try job.finish().get()
        }
    }

    /// The same in a transaction of its own.
    public func writeAlone<R: Sendable>(
        _ body: @Sendable (any Transaction) throws -> R, committed: @Sendable () -> Void
    ) throws -> R {
        try withoutActuallyEscaping(body) { body in
            try withoutActuallyEscaping(committed) { committed in
                let job = TypedWriteJob(body, committed: committed)
                group.submit(job)
                return try job.finish().get()
            }
        }
    }

    /// Runs `body` on one consistent snapshot.
    public func read<R: Sendable>(_ body: @Sendable (any Snapshot) throws -> R) throws -> R {
        try pool.read { database in try readingRows { try body(snapshot(of: database)) } }
    }

    func snapshot(of database: Database) -> SQLiteSnapshot { SQLiteSnapshot(Connection(database), hash: hash) }

    /// Tells of errors as every caller of the store knows them.
    func readingRows<R>(_ body: () throws -> R) throws -> R {
        do { return try body() } catch let error as DatabaseError {
            throw StoreFailure(error).told
        } catch let failure as StoreFailure {
            throw failure.told
        }
    }

    /// Moves the log into the database, closes the connections and lets go of the lock; every later call throws.
    ///
    /// Throws when something was not written or synced; the store is closed all the same.
    public func close() throws {
        let failure = pool.writeWithoutTransaction(moveLog)
        // Readers go first: a connection that may only read cannot clear the log's files away.
        pool.invalidateReadOnlyConnections()
        try pool.close()
        lock.withLock { $0 = nil }
        // What it says less after a failure is only more caution at the next start.
        _ = witness?.sync()
        if let failure { throw failure }
    }

    /// Checkpoints here, because SQLite would drop the error of a sync when it closes.
    private func moveLog(_ database: Database) -> StoreFailure? {
        do {
            _ = try database.checkpoint(.truncate)
            return nil
        } catch {
            let failure = (error as? DatabaseError).map(StoreFailure.init)
            // Without room, or while somebody reads, the log stays beside the database and nothing is lost.
            if let failure, failure.isFull || failure.primary == SQLITE_BUSY { return nil }
            return failure ?? StoreFailure(code: SQLITE_ERROR, message: "\(error)")
        }
    }

    /// Writes the reason to standard error and ends the process at once with status 74 (EX_IOERR).
    public static let endProcess: @Sendable (String) -> Never = { reason in
        let line = Array("ssprd: fatal: \(reason)\n".utf8)
        // Nothing can be done about an error of this last word.
        _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
        _exit(74)
    }
}

extension SQLiteStore {
    /// True when a folder holds a state already; then its keys must be there too.
    public static func holdsState(_ directory: String) -> Bool {
        // access reads the path while it is called.
        unsafe access(StateFiles(directory: directory).database, F_OK) == 0
    }
}
