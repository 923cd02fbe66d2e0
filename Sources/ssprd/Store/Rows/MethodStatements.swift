import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = """
        id, account, kind, payload_key, payload, confirmed_at, usable_from, floor, is_disabled,
        reviewed_at, is_prefilled
        """
    static let ofAccount = "SELECT \(columns) FROM methods WHERE account = ? ORDER BY confirmed_at, id"
    static let byID = "SELECT \(columns) FROM methods WHERE id = ?"
    static let accountFrom = "SELECT account FROM methods WHERE account >= ? ORDER BY account LIMIT 1"
    static let insert = """
        INSERT INTO methods (\(columns), since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, moment())
        """
    static let update = """
        UPDATE methods SET account = ?, kind = ?, payload_key = ?, payload = ?, confirmed_at = ?, usable_from = ?,
        floor = ?, is_disabled = ?, reviewed_at = ?, is_prefilled = ? WHERE id = ?
        """
    static let remove = "DELETE FROM methods WHERE id = ?"

    static let answerColumns = "method, question, \(Verifier.columns)"
    static let answers = "SELECT \(answerColumns) FROM answers WHERE method = ? ORDER BY question"
    static let insertAnswer = "INSERT INTO answers (\(answerColumns)) VALUES (?, ?, ?, ?, ?, ?, ?)"
}

extension SQLiteSnapshot {
    func methods(of account: AccountID) throws -> [MethodRow] {
        try connection.all(SQL.ofAccount, account, read: MethodRow.init)
    }

    func accountWithMethods(from place: AccountID) throws -> AccountID? {
        try connection.first(SQL.accountFrom, place, read: { try $0.next() })
    }

    func method(_ id: MethodID) throws -> MethodRow? {
        try connection.first(SQL.byID, id, read: MethodRow.init)
    }

    func answers(of method: MethodID) throws -> [AnswerRow] {
        try connection.all(SQL.answers, method, read: AnswerRow.init)
    }
}

extension SQLiteTransaction {
    func insert(_ method: MethodRow) throws {
        try connection.run(
            SQL.insert, method.id, method.account, method.kind, method.payload.key, method.payload.bytes,
            method.confirmedAt, method.usableFrom, method.floor, method.isDisabled, method.reviewedAt,
            method.isPrefilled)
    }

    func update(_ method: MethodRow) throws {
        try change(
            "methods", SQL.update, method.account, method.kind, method.payload.key, method.payload.bytes,
            method.confirmedAt, method.usableFrom, method.floor, method.isDisabled, method.reviewedAt,
            method.isPrefilled, method.id)
    }

    func remove(_ method: MethodID) throws {
        // Its answers go with it by their foreign key.
        try connection.run(SQL.remove, method)
    }

    func insert(_ answer: AnswerRow) throws {
        let verifier = answer.verifier
        try connection.run(
            SQL.insertAnswer, answer.method, answer.question, verifier.passes, verifier.memoryKiB, verifier.salt,
            verifier.tag, verifier.pepper)
    }
}

extension MethodRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(
            id: try row.next(), account: try row.next(), kind: try row.next(), payload: try Sealed(&row),
            confirmedAt: try row.next(), usableFrom: try row.next(), floor: try row.next(), isDisabled: try row.next(),
            reviewedAt: try row.next(), isPrefilled: try row.next())
    }
}

extension AnswerRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(method: try row.next(), question: try row.next(), verifier: try Verifier(&row))
    }
}

extension Sealed {
    /// Reads a key's number and the sealed bytes, which stand side by side in every table.
    init(_ row: inout Columns) throws {
        self.init(key: try row.next(), bytes: try row.next())
    }
}
