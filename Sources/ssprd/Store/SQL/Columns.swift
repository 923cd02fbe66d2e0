import GRDBSQLite

/// The columns of one row, read from left to right.
///
/// Whatever stands there, reading it ends in a value or in `StoreCorrupt`.
@safe
struct Columns {
    private let statement: OpaquePointer
    private var position: CInt = -1

    init(of statement: OpaquePointer) { unsafe self.statement = statement }

    /// Reads the next column.
    mutating func next<Value: ColumnValue>(_: Value.Type = Value.self) throws -> Value {
        try Value(from: &self)
    }

    mutating func integer() throws -> Int64 {
        try advance(to: SQLITE_INTEGER)
        // The statement stands on a row for as long as these columns are read; so in all functions below.
        return unsafe sqlite3_column_int64(statement, position)
    }

    mutating func text() throws -> String {
        try advance(to: SQLITE_TEXT)
        guard let text = unsafe String(validating: bytes(), as: UTF8.self) else { throw corrupt("is not UTF-8") }
        return text
    }

    mutating func blob() throws -> [UInt8] {
        try advance(to: SQLITE_BLOB)
        return unsafe [UInt8](bytes())
    }

    /// Passes over the next column when it is NULL.
    mutating func skipNull() -> Bool {
        guard unsafe sqlite3_column_type(statement, position + 1) == SQLITE_NULL else { return false }
        position += 1
        return true
    }

    /// The error for the column that was read last.
    func corrupt(_ what: String) -> StoreCorrupt {
        StoreCorrupt("column \(position + 1) of \(unsafe String(cString: sqlite3_sql(statement))): \(what)")
    }

    private mutating func advance(to type: CInt) throws {
        position += 1
        guard unsafe sqlite3_column_type(statement, position) == type else { throw corrupt("has another type") }
    }

    /// The content of a text or blob column; valid until the statement moves on.
    private func bytes() -> UnsafeRawBufferPointer {
        // SQLite asks for the pointer before the length, so that a conversion cannot come between.
        let start = unsafe sqlite3_column_blob(statement, position)
        return unsafe UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, position)))
    }
}
