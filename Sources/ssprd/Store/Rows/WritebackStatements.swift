import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = "id, account, recovery, operation, target, ordered_at, outcome"
    static let byID = "SELECT \(columns) FROM intents WHERE id = ?"
    static let open = "SELECT \(columns) FROM intents WHERE outcome IS NULL ORDER BY ordered_at, id"
    static let insert = "INSERT INTO intents (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?)"
    static let update = """
        UPDATE intents SET account = ?, recovery = ?, operation = ?, target = ?, ordered_at = ?, outcome = ? WHERE id = ?
        """
}

extension SQLiteSnapshot {
    func intent(_ id: OrderID) throws -> IntentRow? {
        try connection.first(SQL.byID, id, read: IntentRow.init)
    }

    func openIntents() throws -> [IntentRow] {
        try connection.all(SQL.open, read: IntentRow.init)
    }
}

extension SQLiteTransaction {
    func insert(_ intent: IntentRow) throws {
        try connection.run(
            SQL.insert, intent.id, intent.account, intent.recovery, intent.operation, intent.target, intent.orderedAt,
            intent.outcome)
    }

    func update(_ intent: IntentRow) throws {
        try change(
            "intents", SQL.update, intent.account, intent.recovery, intent.operation, intent.target, intent.orderedAt,
            intent.outcome, intent.id)
    }
}

extension IntentRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(
            id: try row.next(), account: try row.next(), recovery: try row.next(), operation: try row.next(),
            target: try row.next(), orderedAt: try row.next(), outcome: try row.next())
    }
}
