import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = "id, name, seats, is_for_everyone, taken"
    static let byName = "SELECT \(columns) FROM plans WHERE name = ?"
    static let page = "SELECT \(columns) FROM plans WHERE name > ? ORDER BY name LIMIT ?"
    static let ofGroup = """
        SELECT \(columns) FROM plans WHERE id IN (SELECT plan FROM plan_groups WHERE group_id = ?) ORDER BY name
        """
    static let isLicensed = """
        SELECT EXISTS (SELECT 1 FROM plans WHERE is_for_everyone = 1)
        OR EXISTS (SELECT 1 FROM seats WHERE account = ?)
        """
    static let insert = "INSERT INTO plans (\(columns), since) VALUES (?, ?, ?, ?, ?, moment())"
    static let forEveryone = "UPDATE plans SET is_for_everyone = ? WHERE id = ? AND is_for_everyone <> ?"
    static let toAccount = """
        INSERT INTO plan_accounts (plan, account, since) VALUES (?, ?, moment()) ON CONFLICT DO NOTHING
        """
    static let toGroup = """
        INSERT INTO plan_groups (plan, group_id, since) VALUES (?, ?, moment()) ON CONFLICT DO NOTHING
        """
    static let fromAccount = "DELETE FROM plan_accounts WHERE plan = ? AND account = ?"
    static let fromGroup = "DELETE FROM plan_groups WHERE plan = ? AND group_id = ?"
}

extension SQLiteSnapshot {
    func plan(named name: PlanName) throws -> PlanRow? {
        try connection.first(SQL.byName, name, read: PlanRow.init)
    }

    func plans(after name: PlanName?, limit: Int) throws -> [PlanRow] {
        // No name is empty; and a negative limit would mean none to SQLite.
        try connection.all(SQL.page, name?.text ?? "", max(limit, 0), read: PlanRow.init)
    }

    func plans(of group: GroupID) throws -> [PlanRow] {
        try connection.all(SQL.ofGroup, group, read: PlanRow.init)
    }

    func isLicensed(_ account: AccountID) throws -> Bool {
        try connection.first(SQL.isLicensed, account) { try $0.next() } ?? false
    }
}

// Seats follow from assignments and memberships by triggers.
extension SQLiteTransaction {
    func insert(_ plan: PlanRow) throws {
        try connection.run(SQL.insert, plan.id, plan.name, plan.seats, plan.isForEveryone, 0)
    }

    func assign(_ plan: PlanID, to holder: PlanHolder) throws -> Bool {
        switch holder {
        case .everyone: try connection.run(SQL.forEveryone, true, plan, true)
        case .account(let account): try connection.run(SQL.toAccount, plan, account)
        case .group(let group): try connection.run(SQL.toGroup, plan, group)
        }
        return connection.changes > 0
    }

    func unassign(_ plan: PlanID, from holder: PlanHolder) throws -> Bool {
        switch holder {
        case .everyone: try connection.run(SQL.forEveryone, false, plan, false)
        case .account(let account): try connection.run(SQL.fromAccount, plan, account)
        case .group(let group): try connection.run(SQL.fromGroup, plan, group)
        }
        return connection.changes > 0
    }
}

extension PlanRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(
            id: try row.next(), name: try row.next(), seats: try row.next(), isForEveryone: try row.next(),
            taken: try row.next())
    }
}
