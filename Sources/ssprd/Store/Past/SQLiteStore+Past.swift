import GRDB
public import SSPRDomain
public import SSPRVocabulary

extension SQLiteStore {
    /// Runs `body` on what was so at a moment.
    ///
    /// A connection of its own, on which views stand before the tables: the statements that decide are those that decide today.
    public func read<R: Sendable>(
        asOf moment: Timestamp, _ body: (any EligibilitySnapshot) throws -> R
    ) throws -> R {
        var configuration = opener.configuration()
        configuration.readonly = true
        // Whatever stands under the name now: it must still be a file of ours alone.
        try opener.files.checkOpened()
        return try readingRows {
            let queue = try DatabaseQueue(path: opener.files.database, configuration: configuration)
            try queue.inDatabase { database in
                for table in PastTable.all { try database.execute(sql: table.view(asOf: moment)) }
                for view in PastTable.following(asOf: moment) { try database.execute(sql: view) }
            }
            return try queue.read { database in try body(snapshot(of: database)) }
        }
    }
}
