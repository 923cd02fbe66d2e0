import SSPRDomain

/// Reads rows on one connection, within one transaction.
///
/// The families of rows are extensions in the files beside this one.
class SQLiteSnapshot: Snapshot {
    let connection: Connection
    let hash: LinkHash

    init(_ connection: Connection, hash: @escaping LinkHash) {
        self.connection = connection
        self.hash = hash
    }
}

/// Reads and changes rows on one connection, within one transaction.
final class SQLiteTransaction: SQLiteSnapshot, Transaction {
    /// Runs a statement that must change a row that is there.
    func change<each Value: ColumnValue>(_ table: String, _ sql: String, _ values: repeat each Value) throws {
        try connection.run(sql, repeat each values)
        guard connection.changes > 0 else { throw RowMissing(table: table) }
    }
}
