import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = "id, recovery, choice, method, nonce, number, asked_at, expires_at, state"
    static let byID = "SELECT \(columns) FROM approvals WHERE id = ?"
    static let byChoice = "SELECT \(columns) FROM approvals WHERE recovery = ? AND choice = ?"
    static let open = """
        SELECT \(columns) FROM approvals WHERE method = ? AND state = ? AND expires_at > ? ORDER BY asked_at, id
        """
    static let upsert = """
        INSERT INTO approvals (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (recovery, choice) DO UPDATE SET id = excluded.id, method = excluded.method, nonce = excluded.nonce,
        number = excluded.number, asked_at = excluded.asked_at, expires_at = excluded.expires_at, state = excluded.state
        """
}

extension SQLiteSnapshot {
    func approval(_ id: ApprovalID) throws -> ApprovalRow? {
        try connection.first(SQL.byID, id, read: ApprovalRow.init)
    }

    func approval(of recovery: RecoveryID, choice: UInt32) throws -> ApprovalRow? {
        try connection.first(SQL.byChoice, recovery, choice, read: ApprovalRow.init)
    }

    func openApprovals(of method: MethodID, at now: Timestamp) throws -> [ApprovalRow] {
        try connection.all(SQL.open, method, ApprovalState.open, now, read: ApprovalRow.init)
    }
}

extension SQLiteTransaction {
    func upsert(_ approval: ApprovalRow) throws {
        try connection.run(
            SQL.upsert, approval.id, approval.recovery, approval.choice, approval.method, approval.nonce.bytes,
            approval.number, approval.askedAt, approval.expiresAt, approval.state)
    }
}

extension ApprovalState: ColumnValue {}

extension ApprovalRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(
            id: try row.next(), recovery: try row.next(), choice: try row.next(), method: try row.next(),
            nonce: try row.next(), number: try row.next(), askedAt: try row.next(), expiresAt: try row.next(),
            state: try row.next())
    }
}
