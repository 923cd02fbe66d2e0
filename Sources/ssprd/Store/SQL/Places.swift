import GRDBSQLite

/// The places of a prepared statement (`?`), filled from left to right.
///
/// SQLite copies every text and blob, so nothing must live longer than its call.
@safe
struct Places {
    private let statement: OpaquePointer
    private var position: CInt = 0
    /// The first error of a binding, such as no memory; `SQLITE_OK` when there was none.
    private(set) var code = SQLITE_OK

    init(of statement: OpaquePointer) { unsafe self.statement = statement }

    mutating func integer(_ value: Int64) {
        // The statement is prepared and stays so for as long as these places are filled; so in all functions below.
        note(unsafe sqlite3_bind_int64(statement, next(), value))
    }

    mutating func null() {
        note(unsafe sqlite3_bind_null(statement, next()))
    }

    mutating func text(_ value: String) {
        var value = value
        let place = next()
        let result = value.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe sqlite3_bind_text(statement, place, characters.baseAddress, CInt(characters.count), Self.copied)
            }
        }
        note(result)
    }

    mutating func blob(_ value: [UInt8]) {
        let place = next()
        // An empty array has no address, and SQLite takes a missing address for NULL.
        guard !value.isEmpty else { return note(unsafe sqlite3_bind_zeroblob(statement, place, 0)) }
        let result = unsafe value.withUnsafeBytes { bytes in
            unsafe sqlite3_bind_blob(statement, place, bytes.baseAddress, CInt(bytes.count), Self.copied)
        }
        note(result)
    }

    private mutating func next() -> CInt {
        position += 1
        return position
    }

    private mutating func note(_ result: CInt) {
        if code == SQLITE_OK { code = result }
    }

    /// SQLITE_TRANSIENT, which the header defines as the address -1: SQLite makes its own copy.
    private static var copied: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
