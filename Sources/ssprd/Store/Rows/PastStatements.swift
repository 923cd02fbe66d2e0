import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let knownFrom = """
        SELECT max(?1, since, coalesce(
            (SELECT max(known_from) FROM unrecorded WHERE passed_at < ?1 AND known_from > ?1), ?1)) FROM recorded
        """
    static let begin = "UPDATE recorded SET since = ?1 WHERE since < ?1"
    static let setBack = "UPDATE recorded SET set_back_from = max(?1, coalesce(set_back_from, ?1))"
    static let leap = """
        INSERT INTO unrecorded (passed_at, known_from) SELECT ?1, ?2 FROM recorded WHERE set_back_from > ?1
        """
    static let forgetLeaps = "DELETE FROM unrecorded WHERE known_from < ?"
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
    func knownFrom(_ moment: Timestamp) throws -> Timestamp {
        guard let known: Timestamp = try connection.first(SQL.knownFrom, moment, read: { try $0.next() }) else {
            throw StoreCorrupt("recorded has no row")
        }
        // Where one leap ends another may be under way.
        return known == moment ? known : try knownFrom(known)
    }

    func oldestPast() throws -> Timestamp? {
        try PastTable.all.compactMap { table in
            try connection.first(SQL.oldest(table)) { try $0.next(Timestamp.self) }
        }.min()
    }
}

extension SQLiteTransaction {
    func record(since moment: Timestamp) throws { try connection.run(SQL.begin, moment) }

    /// What began or ended by a clock that was ahead is set back with it, so those moments are not known when it leaps over them again.
    func follow(_ jump: ClockJump) throws {
        if jump.isBack {
            try connection.run(SQL.setBack, jump.from)
        } else {
            try connection.run(SQL.leap, jump.from, jump.to)
        }
    }

    func removePast(endedBefore moment: Timestamp, atMost count: Int) throws {
        for table in PastTable.all { try connection.run(SQL.forget(table), moment, max(count, 0)) }
        // By a clock that is ahead, perhaps: what has gone is not known, whatever the clock says later.
        try connection.run(SQL.begin, moment)
        try connection.run(SQL.forgetLeaps, moment)
    }
}
