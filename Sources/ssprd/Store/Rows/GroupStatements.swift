import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = "id, name, added_at"
    static let byName = "SELECT \(columns) FROM groups WHERE name = ?"
    static let page = "SELECT \(columns) FROM groups WHERE name > ? ORDER BY name LIMIT ?"
    static let members = """
        SELECT \(AccountRow.columns) FROM accounts
        WHERE id IN (SELECT account FROM group_members WHERE group_id = ? AND account >= ? ORDER BY account LIMIT ?)
        ORDER BY id
        """
    static let ofAccount = """
        SELECT name FROM group_members JOIN groups ON id = group_id WHERE account = ? ORDER BY name
        """
    static let insert = "INSERT INTO groups (\(columns), since) VALUES (?, ?, ?, moment())"
    // In this order: seats follow from both.
    static let removal = [
        "DELETE FROM plan_groups WHERE group_id = ?", "DELETE FROM group_members WHERE group_id = ?",
        "DELETE FROM groups WHERE id = ?",
    ]
    static let join = """
        INSERT INTO group_members (group_id, account, since) VALUES (?, ?, moment()) ON CONFLICT DO NOTHING
        """
    static let leave = "DELETE FROM group_members WHERE group_id = ? AND account = ?"
}

extension SQLiteSnapshot {
    func group(named name: GroupName) throws -> GroupRow? {
        try connection.first(SQL.byName, name, read: GroupRow.init)
    }

    func groups(after name: GroupName?, limit: Int) throws -> [GroupRow] {
        // No name is empty; and a negative limit would mean none to SQLite.
        try connection.all(SQL.page, name?.text ?? "", max(limit, 0), read: GroupRow.init)
    }

    func members(of group: GroupID, after account: AccountID?, limit: Int) throws -> [AccountRow] {
        try connection.all(
            SQL.members, group, account.map { Int64($0.number) + 1 } ?? 0, max(limit, 0), read: AccountRow.init)
    }

    func groups(of account: AccountID) throws -> [GroupName] {
        try connection.all(SQL.ofAccount, account) { try $0.next() }
    }
}

extension SQLiteTransaction {
    func insert(_ group: GroupRow) throws {
        try connection.run(SQL.insert, group.id, group.name, group.addedAt)
    }

    func remove(_ group: GroupID) throws {
        for statement in SQL.removal { try connection.run(statement, group) }
    }

    func join(_ group: GroupID, _ account: AccountID) throws -> Bool {
        try connection.run(SQL.join, group, account)
        return connection.changes > 0
    }

    func leave(_ group: GroupID, _ account: AccountID) throws -> Bool {
        try connection.run(SQL.leave, group, account)
        return connection.changes > 0
    }
}

extension GroupRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(id: try row.next(), name: try row.next(), addedAt: try row.next())
    }
}

extension Label: ColumnValue {
    func bind(to places: inout Places) { places.text(text) }
    init(from row: inout Columns) throws {
        do { try self.init(try row.text()) } catch let error as WordError { throw row.corrupt("is no \(error.word)") }
    }
}
