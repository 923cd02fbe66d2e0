import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = AccountRow.columns
    static let byName = "SELECT \(columns) FROM accounts WHERE name = ?"
    static let byID = "SELECT \(columns) FROM accounts WHERE id = ?"
    // One statement, whose second half runs only when the first found nothing.
    static let byNameOrFrom = """
        SELECT * FROM (SELECT \(columns) FROM accounts WHERE name = ?)
        UNION ALL SELECT * FROM (SELECT \(columns) FROM accounts WHERE id >= ? ORDER BY id LIMIT 1) LIMIT 1
        """
    static let byUID = "SELECT \(columns) FROM accounts WHERE uid = ?"
    static let page = "SELECT \(columns) FROM accounts WHERE name > ? ORDER BY name LIMIT ?"
    static let users = "SELECT \(columns) FROM accounts WHERE role = 'user' ORDER BY name"
    // The second term lets the small index over administrators answer.
    static let administrators = "SELECT \(columns) FROM accounts WHERE role = ? AND role <> 'user' ORDER BY name"
    static let insert = "INSERT INTO accounts (\(columns), since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, moment())"
    static let update = """
        UPDATE accounts SET name = ?, uid = ?, role = ?, is_enabled = ?, target = ?, added_at = ?, registered_at = ?,
        language = ? WHERE id = ?
        """
    static let verifier = "SELECT \(Verifier.columns) FROM password_verifiers WHERE account = ?"
    static let setVerifier = """
        INSERT INTO password_verifiers (\(Verifier.columns), account) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (account) DO UPDATE SET passes = excluded.passes, memory_kib = excluded.memory_kib,
        salt = excluded.salt, tag = excluded.tag, pepper = excluded.pepper
        """
    static let former = "SELECT \(Verifier.columns) FROM former_passwords WHERE account = ? ORDER BY id DESC LIMIT ?"
    static let addFormer = "INSERT INTO former_passwords (\(Verifier.columns), account) VALUES (?, ?, ?, ?, ?, ?)"
    static let removeFormer = """
        DELETE FROM former_passwords WHERE account = ? AND id NOT IN
        (SELECT id FROM former_passwords WHERE account = ? ORDER BY id DESC LIMIT ?)
        """
    // Children before their parents; what hangs on a method, a registration or a recovery goes with it.
    static let removeAll =
        [
            "deliveries", "traces", "intents", "passes", "enrolments", "registrations", "recoveries", "methods",
            "reviews", "undos", "plan_accounts", "group_members", "former_passwords", "password_verifiers",
        ].map { "DELETE FROM \($0) WHERE account = ?" } + ["DELETE FROM accounts WHERE id = ?"]
}

extension SQLiteSnapshot {
    func account(named name: AccountName) throws -> AccountRow? {
        try connection.first(SQL.byName, name, read: AccountRow.init)
    }

    func account(_ id: AccountID) throws -> AccountRow? {
        try connection.first(SQL.byID, id, read: AccountRow.init)
    }

    func account(named name: AccountName, orFrom place: AccountID) throws -> AccountRow? {
        try connection.first(SQL.byNameOrFrom, name, place, read: AccountRow.init)
    }

    func account(uid: UInt32) throws -> AccountRow? {
        try connection.first(SQL.byUID, uid, read: AccountRow.init)
    }

    func accounts(after name: AccountName?, limit: Int) throws -> [AccountRow] {
        // No name is empty; and a negative limit would mean none to SQLite.
        try connection.all(SQL.page, name?.text ?? "", max(limit, 0), read: AccountRow.init)
    }

    func accounts(role: AccountRole) throws -> [AccountRow] {
        switch role {
        case .user: try connection.all(SQL.users, read: AccountRow.init)
        case .administrator, .globalAdministrator:
            try connection.all(SQL.administrators, role, read: AccountRow.init)
        }
    }

    func passwordVerifier(of account: AccountID) throws -> Verifier? {
        try connection.first(SQL.verifier, account, read: Verifier.init)
    }

    func formerVerifiers(of account: AccountID, limit: Int) throws -> [Verifier] {
        try connection.all(SQL.former, account, max(limit, 0), read: Verifier.init)
    }
}

extension SQLiteTransaction {
    func insert(_ account: AccountRow) throws {
        try connection.run(
            SQL.insert, account.id, account.name, account.uid, account.role, account.isEnabled, account.target,
            account.addedAt, account.registeredAt, account.language)
    }

    func update(_ account: AccountRow) throws {
        try change(
            "accounts", SQL.update, account.name, account.uid, account.role, account.isEnabled, account.target,
            account.addedAt, account.registeredAt, account.language, account.id)
    }

    func setPasswordVerifier(_ verifier: Verifier, of account: AccountID) throws {
        try connection.run(
            SQL.setVerifier, verifier.passes, verifier.memoryKiB, verifier.salt, verifier.tag, verifier.pepper, account)
    }

    func addFormerVerifier(_ verifier: Verifier, of account: AccountID) throws {
        try connection.run(
            SQL.addFormer, verifier.passes, verifier.memoryKiB, verifier.salt, verifier.tag, verifier.pepper, account)
    }

    func removeFormerVerifiers(of account: AccountID, keeping count: Int) throws {
        try connection.run(SQL.removeFormer, account, account, max(count, 0))
    }

    func remove(_ account: AccountID) throws {
        for statement in SQL.removeAll { try connection.run(statement, account) }
    }
}

extension AccountRow {
    /// Its columns, in every statement that reads one.
    static let columns = "id, name, uid, role, is_enabled, target, added_at, registered_at, language"

    init(_ row: inout Columns) throws {
        self.init(
            id: try row.next(), name: try row.next(), uid: try row.next(), role: try row.next(),
            isEnabled: try row.next(), target: try row.next(), addedAt: try row.next(), registeredAt: try row.next(),
            language: try row.next())
    }
}

extension Verifier {
    /// Its columns, in every table that holds one.
    static let columns = "passes, memory_kib, salt, tag, pepper"

    init(_ row: inout Columns) throws {
        self.init(
            passes: try row.next(), memoryKiB: try row.next(), salt: try row.next(), tag: try row.next(),
            pepper: try row.next())
    }
}
