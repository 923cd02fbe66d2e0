import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let since = "SELECT since FROM recorded"
    static let begin = "UPDATE recorded SET since = ?"
    static let forgotten = "UPDATE recorded SET since = ?1 WHERE since < ?1"
    static func oldest(_ table: PastTable) -> String {
        "SELECT ended_at FROM \(table.name)_past ORDER BY number LIMIT 1"
    }
    // Rows are numbered in the order in which they ended.
    static func forget(_ table: PastTable) -> String {
        """
        DELETE FROM \(table.name)_past WHERE ended_at < ?
        AND number IN (SELECT number FROM \(table.name)_past ORDER BY number LIMIT ?)
        """
    }
}

extension SQLiteSnapshot {
    func recordedSince() throws -> Timestamp {
        guard let since: Timestamp = try connection.first(SQL.since, read: { try $0.next() }) else {
            throw StoreCorrupt("recorded has no row")
        }
        return since
    }

    func oldestPast() throws -> Timestamp? {
        try PastTable.all.compactMap { table in
            try connection.first(SQL.oldest(table)) { try $0.next(Timestamp.self) }
        }.min()
    }
}

extension SQLiteTransaction {
    func record(since moment: Timestamp) throws { try change("recorded", SQL.begin, moment) }

    func removePast(endedBefore moment: Timestamp, atMost count: Int) throws {
        for table in PastTable.all { try connection.run(SQL.forget(table), moment, max(count, 0)) }
        // By a clock that is ahead, perhaps: what has gone is not known, whatever the clock says later.
        try connection.run(SQL.forgotten, moment)
    }
}
