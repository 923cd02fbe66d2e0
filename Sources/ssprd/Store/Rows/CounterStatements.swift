import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = "subject, kind, count, first_at, last_at, blocked_until, blocks, is_pending, recent"
    static let byKey = "SELECT \(columns) FROM counters WHERE subject = ? AND kind = ?"
    static let upsert = """
        INSERT INTO counters (\(columns), since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, moment())
        ON CONFLICT (subject, kind) DO UPDATE SET count = excluded.count, first_at = excluded.first_at,
        last_at = excluded.last_at, blocked_until = excluded.blocked_until, blocks = excluded.blocks,
        is_pending = excluded.is_pending, recent = excluded.recent
        """
    static let remove = "DELETE FROM counters WHERE subject = ? AND kind = ?"
    static let removeAll = "DELETE FROM counters WHERE subject = ?"
    static let strangers = "SELECT count FROM counter_tally WHERE is_stranger = 1"
    // Strangers' keys begin with the byte 2 (SubjectKey); the same term defines the index.
    static let removeStrangers = """
        DELETE FROM counters WHERE (subject >= x'02' AND subject < x'03') = 1 AND last_at < ?
        AND (blocked_until IS NULL OR blocked_until <= ?)
        """
    static let settle = "UPDATE counters SET is_pending = 0 WHERE is_pending = 1"
}

extension SQLiteSnapshot {
    func counter(_ subject: SubjectKey, _ kind: CounterKind) throws -> CounterRow? {
        try connection.first(SQL.byKey, subject, kind, read: CounterRow.init)
    }

    func strangerCounters() throws -> Int {
        guard let count: Int = try connection.first(SQL.strangers, read: { try $0.next() }) else {
            throw StoreCorrupt("counter_tally has no row")
        }
        return count
    }
}

extension SQLiteTransaction {
    func upsert(_ counter: CounterRow) throws {
        try connection.run(
            SQL.upsert, counter.subject, counter.kind, counter.count, counter.firstAt, counter.lastAt,
            counter.blockedUntil, counter.blocks, counter.isPending, counter.recent)
    }

    func removeCounter(_ subject: SubjectKey, _ kind: CounterKind) throws {
        try connection.run(SQL.remove, subject, kind)
    }

    func removeCounters(of subject: SubjectKey) throws { try connection.run(SQL.removeAll, subject) }

    func removeStrangerCounters(untouchedSince moment: Timestamp, now: Timestamp) throws -> Int {
        try connection.run(SQL.removeStrangers, moment, now)
        return connection.changes
    }

    func settlePendingCounters() throws -> Int {
        try connection.run(SQL.settle)
        return connection.changes
    }
}

extension CounterKind: ColumnValue {}

extension CounterRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(
            subject: try row.next(), kind: try row.next(), count: try row.next(), firstAt: try row.next(),
            lastAt: try row.next(), blockedUntil: try row.next(), blocks: try row.next(), isPending: try row.next(),
            recent: try row.next())
    }
}
