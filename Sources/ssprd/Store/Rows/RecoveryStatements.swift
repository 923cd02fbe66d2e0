import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = """
        id, handle, account, subject, purpose, peer, begun_at, expires_at, proofs_needed, offers, is_eligible, state,
        proven, drawn, grant_tag, grant_tries, policy, scopes
        """
    static let byHandle = "SELECT \(columns) FROM recoveries WHERE handle = ?"
    static let byGrant = "SELECT \(columns) FROM recoveries WHERE grant_tag = ?"
    static let byID = "SELECT \(columns) FROM recoveries WHERE id = ?"
    static let verification = """
        SELECT \(columns) FROM recoveries
        WHERE account = ? AND peer = ? AND purpose = ? AND state = ? AND expires_at > ? ORDER BY begun_at DESC LIMIT 1
        """
    static let insert = """
        INSERT INTO recoveries (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    static let update = """
        UPDATE recoveries SET handle = ?, account = ?, subject = ?, purpose = ?, peer = ?, begun_at = ?, expires_at = ?,
        proofs_needed = ?, offers = ?, is_eligible = ?, state = ?, proven = ?, drawn = ?, grant_tag = ?, grant_tries = ?,
        policy = ?, scopes = ? WHERE id = ?
        """
    // Open, granted and taken: the numbers stand here as in the index that finds these rows (migration 25).
    static let isUnfinished = "state IN (0, 1, 2)"
    // A recovery whose write-back has no outcome yet must still be found by whoever settles it, and none vanishes before its end is told.
    static let forget = """
        DELETE FROM recoveries WHERE expires_at < ? AND NOT \(isUnfinished) AND NOT EXISTS
        (SELECT 1 FROM intents WHERE intents.recovery = recoveries.id AND intents.outcome IS NULL)
        """
    static let unfinished = """
        SELECT \(columns) FROM recoveries
        WHERE \(isUnfinished) AND expires_at <= ? AND (state IS NOT ? OR expires_at <= ? AND NOT EXISTS
        (SELECT 1 FROM intents WHERE intents.recovery = recoveries.id AND intents.outcome IS NULL))
        ORDER BY expires_at, id LIMIT ?
        """
    static let live = """
        SELECT id FROM recoveries WHERE account = ? AND id IS NOT ? AND state IN (?, ?) ORDER BY id
        """
    static let void = "UPDATE recoveries SET state = ? WHERE id = ?"

    static let codeColumns = "recovery, choice, code, sent_at, expires_at, tries, is_spent"
    static let code = "SELECT \(codeColumns) FROM codes WHERE recovery = ? AND choice = ?"
    static let upsertCode = """
        INSERT INTO codes (\(codeColumns)) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (recovery, choice) DO UPDATE SET code = excluded.code, sent_at = excluded.sent_at,
        expires_at = excluded.expires_at, tries = excluded.tries, is_spent = excluded.is_spent
        """
}

extension SQLiteSnapshot {
    func recovery(handle: [UInt8]) throws -> RecoveryRow? {
        try connection.first(SQL.byHandle, handle, read: RecoveryRow.init)
    }

    func recovery(grant: [UInt8]) throws -> RecoveryRow? {
        try connection.first(SQL.byGrant, grant, read: RecoveryRow.init)
    }

    func recovery(_ id: RecoveryID) throws -> RecoveryRow? {
        try connection.first(SQL.byID, id, read: RecoveryRow.init)
    }

    func verification(of account: AccountID, by peer: UInt32, at now: Timestamp) throws -> RecoveryRow? {
        try connection.first(
            SQL.verification, account, peer, RecoveryPurpose.verify, RecoveryState.granted, now, read: RecoveryRow.init)
    }

    func unfinishedRecoveries(at now: Timestamp, takenUntil left: Timestamp, limit: Int) throws -> [RecoveryRow] {
        try connection.all(SQL.unfinished, now, RecoveryState.taken, left, limit, read: RecoveryRow.init)
    }

    func code(of recovery: RecoveryID, choice: UInt32) throws -> CodeRow? {
        try connection.first(SQL.code, recovery, choice, read: CodeRow.init)
    }
}

extension SQLiteTransaction {
    func insert(_ recovery: RecoveryRow, now: Timestamp) throws {
        let (dayAgo, overflow) = now.milliseconds.subtractingReportingOverflow(Timestamp.Span.hours(24).milliseconds)
        if !overflow { try connection.run(SQL.forget, dayAgo) }
        try connection.run(
            SQL.insert, recovery.id, recovery.handle, recovery.account, recovery.subject, recovery.purpose,
            recovery.peer, recovery.begunAt, recovery.expiresAt, recovery.proofsNeeded, Offers(recovery.offers),
            recovery.isEligible, recovery.state, Numbers(recovery.proven), Numbers(recovery.drawn), recovery.grant,
            recovery.grantTries, recovery.policy, Groups(recovery.scopes))
    }

    func update(_ recovery: RecoveryRow) throws {
        try change(
            "recoveries", SQL.update, recovery.handle, recovery.account, recovery.subject, recovery.purpose,
            recovery.peer, recovery.begunAt, recovery.expiresAt, recovery.proofsNeeded, Offers(recovery.offers),
            recovery.isEligible, recovery.state, Numbers(recovery.proven), Numbers(recovery.drawn), recovery.grant,
            recovery.grantTries, recovery.policy, Groups(recovery.scopes), recovery.id)
    }

    func voidRecoveries(of account: AccountID, except kept: RecoveryID?) throws -> [RecoveryID] {
        let live: [RecoveryID] = try connection.all(
            SQL.live, account, kept, RecoveryState.open, RecoveryState.granted
        ) { try $0.next() }
        for recovery in live { try connection.run(SQL.void, RecoveryState.void, recovery) }
        return live
    }

    func upsert(_ code: CodeRow) throws {
        try connection.run(
            SQL.upsertCode, code.recovery, code.choice, code.code, code.sentAt, code.expiresAt, code.tries, code.isSpent
        )
    }
}

extension RecoveryState: ColumnValue {}

extension SubjectKey: ColumnValue {
    func bind(to places: inout Places) { places.blob(bytes) }
    init(from row: inout Columns) throws {
        let bytes = try row.blob()
        guard bytes.count == 17 else { throw row.corrupt("is no subject") }
        self.init(bytes: bytes)
    }
}

extension RecoveryRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(
            id: try row.next(), handle: try row.next(), account: try row.next(), subject: try row.next(),
            purpose: try row.next(), peer: try row.next(), begunAt: try row.next(), expiresAt: try row.next(),
            proofsNeeded: try row.next(), offers: try row.next(Offers.self).values, isEligible: try row.next(),
            state: try row.next(), proven: try row.next(Numbers.self).values, drawn: try row.next(Numbers.self).values,
            grant: try row.next(), grantTries: try row.next(), policy: try row.next(),
            scopes: try row.next(Groups.self).values)
    }
}

extension CodeRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(
            recovery: try row.next(), choice: try row.next(), code: try row.next(), sentAt: try row.next(),
            expiresAt: try row.next(), tries: try row.next(), isSpent: try row.next())
    }
}
