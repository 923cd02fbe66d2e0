import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = "account, code, expires_at, is_spent, recovery"
    static let byAccount = "SELECT \(columns) FROM passes WHERE account = ?"
    static let upsert = """
        INSERT INTO passes (\(columns), since) VALUES (?, ?, ?, ?, ?, moment())
        ON CONFLICT (account) DO UPDATE SET code = excluded.code, expires_at = excluded.expires_at,
        is_spent = excluded.is_spent, recovery = excluded.recovery
        """
    static let remove = "DELETE FROM passes WHERE account = ?"
}

extension SQLiteSnapshot {
    func pass(of account: AccountID) throws -> PassRow? {
        try connection.first(SQL.byAccount, account, read: PassRow.init)
    }
}

extension SQLiteTransaction {
    func upsert(_ pass: PassRow) throws {
        try connection.run(SQL.upsert, pass.account, pass.code, pass.expiresAt, pass.isSpent, pass.recovery)
    }

    func removePass(of account: AccountID) throws { try connection.run(SQL.remove, account) }
}

extension PassRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(
            account: try row.next(), code: try row.next(), expiresAt: try row.next(), isSpent: try row.next(),
            recovery: try row.next())
    }
}
