import GRDB
import GRDBSQLite

/// Moves committed pages from the log into the database once there are many.
///
/// SQLite does so by itself but drops the error: a failed sync would be followed by one that succeeds (attack G2).
@safe
final class Checkpointer: @unchecked Sendable {
    /// From this many pages in the log on; SQLite's own default.
    static let pages: CInt = 1000

    /// True from when there was no room for a commit until a checkpoint has succeeded; used on the writing connection's queue only.
    var lacksRoom = false
    // Written by SQLite inside COMMIT and read after it, both on the writing connection's queue.
    private let pagesInLog: UnsafeMutablePointer<CInt>

    init() {
        unsafe pagesInLog = .allocate(capacity: 1)
        unsafe pagesInLog.initialize(to: 0)
    }

    deinit { unsafe pagesInLog.deallocate() }

    /// Takes the place of SQLite's own checkpoints on the writing connection, which must be closed before this object goes.
    func attach(to database: Database) {
        // The connection keeps the address and nothing else.
        _ = unsafe sqlite3_wal_hook(
            database.sqliteConnection,
            { context, _, _, pages in
                unsafe context?.assumingMemoryBound(to: CInt.self).pointee = pages
                return SQLITE_OK
            }, pagesInLog)
    }

    /// True when the last commit has left many pages in the log.
    var isDue: Bool { unsafe pagesInLog.pointee >= Self.pages }

    /// Moves what can be moved; returns the failure if something was not written or synced.
    func checkpoint(_ database: Database) -> StoreFailure? {
        guard let connection = unsafe database.sqliteConnection else { return nil }
        // PASSIVE waits for nobody; what a reader still needs is moved the next time.
        let code = unsafe sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        guard code != SQLITE_OK else {
            unsafe pagesInLog.pointee = 0
            lacksRoom = false
            return nil
        }
        return unsafe StoreFailure(
            code: sqlite3_extended_errcode(connection), message: String(cString: sqlite3_errmsg(connection)))
    }
}
