import GRDB
import GRDBSQLite

/// An error that SQLite reported, with its extended code; never carries a bound value.
struct StoreFailure: Error, CustomStringConvertible {
    /// The extended result code.
    let code: CInt
    let message: String

    init(code: CInt, message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: DatabaseError) {
        self.init(code: error.extendedResultCode.rawValue, message: error.message ?? "no message")
    }

    /// The code without its extension.
    var primary: CInt { code & 0xff }

    /// A unique key was taken: the caller's business, and the transaction goes on.
    var isTakenKey: Bool {
        [Self.unique, Self.primaryKey, Self.rowNumber].contains(code)
    }
    /// A constraint undoes its own statement only; every other error may have ended the transaction.
    var isConstraint: Bool { primary == SQLITE_CONSTRAINT }
    /// The disk, or the allowed number of pages, is full.
    var isFull: Bool { primary == SQLITE_FULL }
    /// Reading, writing or syncing went wrong: nothing may be promised any more (attack G2, I13).
    var isInputOutput: Bool { primary == SQLITE_IOERR }
    /// The file is damaged.
    var isCorrupt: Bool { primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB }

    /// As whoever called the store is told of it.
    var told: any Error { isCorrupt ? StoreCorrupt(message) : self }

    var description: String { "SQLite error \(code): \(message)" }

    // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY and _ROWID: macros with a shift, which Swift does not import.
    private static let unique = SQLITE_CONSTRAINT | 8 << 8
    private static let primaryKey = SQLITE_CONSTRAINT | 6 << 8
    private static let rowNumber = SQLITE_CONSTRAINT | 10 << 8
}
