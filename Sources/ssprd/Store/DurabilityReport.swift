/// What stands between an answer and a power failure, read back from SQLite after opening; for the start-up log.
public struct DurabilityReport: Sendable, Equatable, CustomStringConvertible {
    /// `wal`, or the state would not have been opened.
    public let journalMode: String
    /// 2 (FULL: every commit is synced), or the state would not have been opened.
    public let synchronous: Int
    /// The library's version.
    public let sqliteVersion: String
    /// The newest step of the schema.
    public let schema: String

    /// One line.
    public var description: String {
        "journal_mode=\(journalMode) synchronous=\(synchronous) sqlite=\(sqliteVersion) schema=\"\(schema)\""
    }
}
