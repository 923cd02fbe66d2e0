import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = "account, postponed, oldest_look, reminded_at, is_reminded"
    static let byAccount = "SELECT \(columns) FROM reviews WHERE account = ?"
    // The terms are those of the two indexes.
    static let byLook = """
        SELECT \(columns) FROM reviews WHERE is_reminded = 0 AND oldest_look IS NOT NULL AND oldest_look <= ?
        ORDER BY oldest_look, account LIMIT ?
        """
    static let byReminder = """
        SELECT \(columns) FROM reviews WHERE is_reminded = 1 AND reminded_at <= ? ORDER BY reminded_at, account LIMIT ?
        """
    static let upsert = """
        INSERT INTO reviews (\(columns)) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (account) DO UPDATE SET postponed = excluded.postponed, oldest_look = excluded.oldest_look,
        reminded_at = excluded.reminded_at, is_reminded = excluded.is_reminded
        """
}

extension SQLiteSnapshot {
    func review(of account: AccountID) throws -> ReviewRow? {
        try connection.first(SQL.byAccount, account, read: ReviewRow.init)
    }

    func reviews(lookedAt look: Timestamp, remindedAt reminder: Timestamp, limit: Int) throws -> [ReviewRow] {
        let fresh = try connection.all(SQL.byLook, look, max(limit, 0), read: ReviewRow.init)
        return try fresh
            + connection.all(SQL.byReminder, reminder, max(limit - fresh.count, 0), read: ReviewRow.init)
    }
}

extension SQLiteTransaction {
    func upsert(_ review: ReviewRow) throws {
        try connection.run(
            SQL.upsert, review.account, review.postponed, review.oldestLook, review.remindedAt, review.isReminded)
    }
}

extension ReviewRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(
            account: try row.next(), postponed: try row.next(), oldestLook: try row.next(),
            remindedAt: try row.next(), isReminded: try row.next())
    }
}
