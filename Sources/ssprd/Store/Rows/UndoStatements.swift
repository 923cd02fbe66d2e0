import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = "code, account, changed_at, expires_at, \(Verifier.columns)"
    static let byCode = "SELECT \(columns) FROM undos WHERE code = ?"
    static let count = "SELECT count(*) FROM undos WHERE account = ? AND expires_at > ?"
    static let insert = "INSERT INTO undos (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    static let removeOver = "DELETE FROM undos WHERE expires_at <= ?"
    static let removeSince = "DELETE FROM undos WHERE account = ? AND changed_at >= ?"
}

extension SQLiteSnapshot {
    func undo(code: [UInt8]) throws -> UndoRow? { try connection.first(SQL.byCode, code, read: UndoRow.init) }

    func undoCount(of account: AccountID, at now: Timestamp) throws -> Int {
        try connection.first(SQL.count, account, now) { Int(try $0.integer()) } ?? 0
    }
}

extension SQLiteTransaction {
    func insert(_ undo: UndoRow, now: Timestamp) throws {
        try connection.run(SQL.removeOver, now)
        try connection.run(
            SQL.insert, undo.code, undo.account, undo.changedAt, undo.expiresAt, undo.previous?.passes,
            undo.previous?.memoryKiB, undo.previous?.salt, undo.previous?.tag, undo.previous?.pepper)
    }

    func removeUndos(of account: AccountID, since moment: Timestamp) throws {
        try connection.run(SQL.removeSince, account, moment)
    }
}

extension UndoRow {
    fileprivate init(_ row: inout Columns) throws {
        let (code, account): ([UInt8], AccountID) = (try row.next(), try row.next())
        let (changedAt, expiresAt): (Timestamp, Timestamp) = (try row.next(), try row.next())
        let hasPrevious = !row.skipNull()
        self.init(
            code: code, account: account, changedAt: changedAt, expiresAt: expiresAt,
            previous: hasPrevious ? try Verifier(&row) : nil)
    }
}
