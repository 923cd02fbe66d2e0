import GRDB
import GRDBSQLite
import SSPRDomain

/// Runs prepared statements on one connection, for the time of one transaction.
///
/// Values are bound and read directly: GRDB's argument arrays and rows cost a third of the rate of small writes.
final class Connection {
    let database: Database
    /// The error after which nothing more may run here: it may have ended the transaction, and what followed would commit by itself.
    private(set) var broken: StoreFailure?

    init(_ database: Database) { self.database = database }

    /// Rows changed by the last statement, not counting what follows from it.
    var changes: Int { Int(unsafe sqlite3_changes(database.sqliteConnection)) }

    /// True while a transaction is open.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(database.sqliteConnection) == 0 }

    /// Runs a statement that returns no rows; throws `RowConflict` when a unique key is taken.
    func run<each Value: ColumnValue>(_ sql: String, _ values: repeat each Value) throws {
        try unsafe perform(sql, repeat each values) { statement in
            while try unsafe step(statement) {}
        }
    }

    /// The first row, if any.
    func first<Row, each Value: ColumnValue>(
        _ sql: String, _ values: repeat each Value, read: (inout Columns) throws -> Row
    ) throws -> Row? {
        try unsafe perform(sql, repeat each values) { statement in
            guard try unsafe step(statement) else { return nil }
            var columns = unsafe Columns(of: statement)
            return try read(&columns)
        }
    }

    /// All rows.
    func all<Row, each Value: ColumnValue>(
        _ sql: String, _ values: repeat each Value, read: (inout Columns) throws -> Row
    ) throws -> [Row] {
        var rows: [Row] = []
        try walk(sql, repeat each values) { columns in
            rows.append(try read(&columns))
            return true
        }
        return rows
    }

    /// Row by row, until `visit` returns false.
    func walk<each Value: ColumnValue>(
        _ sql: String, _ values: repeat each Value, visit: (inout Columns) throws -> Bool
    ) throws {
        try unsafe perform(sql, repeat each values) { statement in
            while try unsafe step(statement) {
                var columns = unsafe Columns(of: statement)
                guard try visit(&columns) else { return }
            }
        }
    }

    private func perform<R, each Value: ColumnValue>(
        _ sql: String, _ values: repeat each Value, body: (OpaquePointer) throws -> R
    ) throws -> R {
        if let broken { throw broken }
        do {
            let prepared = try prepare(sql)
            // Valid as long as `prepared` is; so in every closure that gets it.
            let statement = unsafe prepared.sqliteStatement
            // Reset at once: a statement that stands on a row holds its snapshot. Its result repeats what `step` has reported.
            defer {
                _ = unsafe sqlite3_reset(statement)
                _ = unsafe sqlite3_clear_bindings(statement)
            }
            var places = unsafe Places(of: statement)
            repeat try (each values).bind(to: &places)
            guard places.code == SQLITE_OK else { throw lastFailure() }
            return try withExtendedLifetime(prepared) { try unsafe body(statement) }
        } catch let failure as StoreFailure {
            if failure.isTakenKey { throw RowConflict() }
            if !failure.isConstraint { broken = failure }
            throw failure
        }
    }

    private func prepare(_ sql: String) throws -> Statement {
        do { return try database.cachedStatement(sql: sql) } catch let error as DatabaseError {
            throw StoreFailure(error)
        }
    }

    private func step(_ statement: OpaquePointer) throws -> Bool {
        switch unsafe sqlite3_step(statement) {
        case SQLITE_ROW: true
        case SQLITE_DONE: false
        default: throw lastFailure()
        }
    }

    private func lastFailure() -> StoreFailure {
        let connection = unsafe database.sqliteConnection
        return unsafe StoreFailure(
            code: sqlite3_extended_errcode(connection), message: String(cString: sqlite3_errmsg(connection)))
    }
}
