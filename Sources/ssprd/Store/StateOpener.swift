import GRDB
import GRDBSQLite

/// Opens the connections, checks that the file is ours and not from the future, brings its schema up to date, and makes commits durable.
struct StateOpener {
    /// "SSPR" in ASCII, in the header of every database of this daemon.
    static let applicationID: Int32 = 0x5353_5052
    /// FULL: a commit returns after its sync.
    static let synchronousFull = 2
    /// The log is cut back to this many bytes when it begins anew.
    static let logBytes = 32 << 20
    /// Connections for readers beside the one that writes.
    static let readers = 4

    let files: StateFiles
    let pageLimit: UInt32?
    let moment: ChangeMoment

    func open(_ checkpointer: Checkpointer) throws -> (DatabasePool, DurabilityReport) {
        do {
            let pool = try DatabasePool(path: files.database, configuration: configuration())
            try pool.writeWithoutTransaction { database in
                try makeDurable(database)
                checkpointer.attach(to: database)
                try checkSchema(database)
                try limit(database)
            }
            try Migrations.migrator.migrate(pool)
            return (pool, try pool.writeWithoutTransaction(readBack))
        } catch let error as DatabaseError {
            throw refusal(error)
        }
    }

    /// How each connection is made.
    func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.maximumReaderCount = Self.readers
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            // First of all, before the pool changes the journal mode: a file of another program stays as it is.
            try checkApplication(database)
            try database.execute(
                sql: """
                    PRAGMA foreign_keys = ON;
                    PRAGMA trusted_schema = OFF;
                    PRAGMA cell_size_check = ON;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA mmap_size = 0;
                    """)
            try moment.attach(to: database)
            // What is deleted is overwritten, not only forgotten. These answer with a row, so they are asked and not executed.
            _ = try Int.fetchOne(database, sql: "PRAGMA secure_delete = ON")
        }
        return configuration
    }

    private func checkApplication(_ database: Database) throws {
        let id = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        guard id == Self.applicationID || (id == 0 && tables == 0) else { throw StoreOpenError.foreign(files.database) }
    }

    /// After the pool has opened: it sets NORMAL itself when it switches the log on, whatever was set before.
    private func makeDurable(_ database: Database) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL")
        _ = try Int.fetchOne(database, sql: "PRAGMA journal_size_limit = \(Self.logBytes)")
        let report = try readBack(database)
        guard report.journalMode == "wal", report.synchronous == Self.synchronousFull else {
            throw StoreOpenError(
                reason: .notDurable, path: files.database,
                problem: "commits would not survive a power failure (\(report))",
                remedy: "Use an SQLite that supports write-ahead logging on this file system")
        }
        if try Int32.fetchOne(database, sql: "PRAGMA application_id") == 0 {
            try database.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
        }
    }

    private func checkSchema(_ database: Database) throws {
        guard try !Migrations.migrator.hasBeenSuperseded(database) else {
            throw StoreOpenError(
                reason: .newerSchema, path: files.database, problem: "a newer release has changed this state",
                remedy: "Install that release again, or restore the state that was saved before the upgrade")
        }
    }

    private func limit(_ database: Database) throws {
        guard let pageLimit else { return }
        _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pageLimit)")
    }

    private func readBack(_ database: Database) throws -> DurabilityReport {
        DurabilityReport(
            journalMode: try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? "unknown",
            synchronous: try Int.fetchOne(database, sql: "PRAGMA synchronous") ?? -1,
            // A constant of the library.
            sqliteVersion: unsafe String(cString: sqlite3_libversion()),
            schema: try Migrations.migrator.appliedMigrations(database).last ?? "none")
    }

    private func refusal(_ error: DatabaseError) -> StoreOpenError {
        let failure = StoreFailure(error)
        if failure.primary == SQLITE_NOTADB { return .foreign(files.database) }
        return StoreOpenError(
            reason: failure.isCorrupt ? .corrupt : .inaccessible, path: files.database,
            problem: "SQLite cannot open it: \(failure)",
            remedy: failure.isCorrupt
                ? "Restore a backup; do not delete the file, which may still be readable in part"
                : "Check that the folder's file system is writable and has room")
    }
}
