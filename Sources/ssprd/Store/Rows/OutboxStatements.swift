import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = """
        id, account, channel, kind, payload_key, payload, queued_at, expires_at, due_at, lease, leased_until, question, digest
        """
    static let byID = "SELECT \(columns) FROM deliveries WHERE id = ?"
    // The terms are those of the index deliveries_free: decoys stand in it like all others, but apart.
    static let freeAt = "MAX(due_at, IFNULL(leased_until, due_at))"
    static let next = """
        SELECT \(columns) FROM deliveries WHERE (account IS NULL) = 0 AND channel = ?2 AND \(freeAt) <= ?1
        AND expires_at > ?1 ORDER BY \(freeAt), id LIMIT 1
        """
    static let nextTime = """
        SELECT \(freeAt) FROM deliveries WHERE (account IS NULL) = 0 AND channel = ?2 AND \(freeAt) > ?1
        AND expires_at > ?1 ORDER BY \(freeAt), id LIMIT 1
        """
    static let insert = "INSERT INTO deliveries (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    static let update = """
        UPDATE deliveries SET account = ?, channel = ?, kind = ?, payload_key = ?, payload = ?, queued_at = ?,
        expires_at = ?, due_at = ?, lease = ?, leased_until = ?, question = ?, digest = ? WHERE id = ?
        """
    static let expired = """
        SELECT \(columns) FROM deliveries WHERE expires_at <= ?1 AND IFNULL(leased_until, 0) <= ?1
        ORDER BY expires_at, id LIMIT ?2
        """
    static let remove = "DELETE FROM deliveries WHERE id = ?"
}

extension SQLiteSnapshot {
    func delivery(_ id: DeliveryID) throws -> DeliveryRow? {
        try connection.first(SQL.byID, id, read: DeliveryRow.init)
    }

    func nextDelivery(at now: Timestamp, through channel: DeliveryChannel) throws -> DeliveryRow? {
        try connection.first(SQL.next, now, channel, read: DeliveryRow.init)
    }

    func nextDeliveryTime(after now: Timestamp, through channel: DeliveryChannel) throws -> Timestamp? {
        try connection.first(SQL.nextTime, now, channel, read: { try $0.next() })
    }

    func expiredDeliveries(at now: Timestamp, limit: Int) throws -> [DeliveryRow] {
        try connection.all(SQL.expired, now, limit, read: DeliveryRow.init)
    }
}

extension SQLiteTransaction {
    func insert(_ delivery: DeliveryRow) throws {
        try connection.run(
            SQL.insert, delivery.id, delivery.account, delivery.channel, delivery.kind, delivery.payload.key,
            delivery.payload.bytes, delivery.queuedAt, delivery.expiresAt, delivery.dueAt, delivery.lease,
            delivery.leasedUntil, delivery.question, delivery.digest)
    }

    func update(_ delivery: DeliveryRow) throws {
        try change(
            "deliveries", SQL.update, delivery.account, delivery.channel, delivery.kind, delivery.payload.key,
            delivery.payload.bytes, delivery.queuedAt, delivery.expiresAt, delivery.dueAt, delivery.lease,
            delivery.leasedUntil, delivery.question, delivery.digest, delivery.id)
    }

    func remove(_ delivery: DeliveryID) throws {
        try connection.run(SQL.remove, delivery)
    }
}

extension DeliveryRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(
            id: try row.next(), account: try row.next(), channel: try row.next(), kind: try row.next(),
            payload: try Sealed(&row), queuedAt: try row.next(), expiresAt: try row.next(), dueAt: try row.next(),
            lease: try row.next(), leasedUntil: try row.next(), question: try row.next(),
            digest: try row.next())
    }
}
