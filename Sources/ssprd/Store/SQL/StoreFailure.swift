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
        [SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID].contains(code)
    }
    /// A constraint undoes its own statement only; every other error may have ended the transaction.
    var isConstraint: Bool { primary == SQLITE_CONSTRAINT }
    /// The disk, or the allowed number of pages, is full.
    var isFull: Bool { primary == SQLITE_FULL }
    /// Reading, writing or syncing went wrong: nothing may be promised any more (SECURITY G2, I13).
    var isInputOutput: Bool { primary == SQLITE_IOERR }
    /// The file is damaged.
    var isCorrupt: Bool { primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB }

    var description: String { "SQLite error \(code): \(message)" }

    // The header defines these by a macro that Swift cannot import: SQLITE_CONSTRAINT | (n << 8).
    private static func constraint(_ number: CInt) -> CInt { SQLITE_CONSTRAINT | number << 8 }
    private var SQLITE_CONSTRAINT_UNIQUE: CInt { Self.constraint(8) }
    private var SQLITE_CONSTRAINT_PRIMARYKEY: CInt { Self.constraint(6) }
    private var SQLITE_CONSTRAINT_ROWID: CInt { Self.constraint(10) }
}
