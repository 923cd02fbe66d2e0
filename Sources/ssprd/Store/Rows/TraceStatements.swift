import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = """
        delivery, account, origin, choice, channel, kind, aim, queued_at, expires_at, state, reason, taken_at, settled_at,
        attempts
        """
    static let byDelivery = "SELECT \(columns) FROM traces WHERE delivery = ?"
    // An enrolment's choice is 0.
    static let newest = """
        SELECT \(columns) FROM traces WHERE origin = ? AND choice = ? ORDER BY number DESC LIMIT 1
        """
    static let after = "SELECT number, \(columns) FROM traces WHERE number > ? ORDER BY number LIMIT ?"
    static let ofAccount = """
        SELECT number, \(columns) FROM traces WHERE account = ? AND number > ? ORDER BY number LIMIT ?
        """
    static let insert = "INSERT INTO traces (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    static let update = """
        UPDATE traces SET account = ?, origin = ?, choice = ?, channel = ?, kind = ?, aim = ?, queued_at = ?,
        expires_at = ?, state = ?, reason = ?, taken_at = ?, settled_at = ?, attempts = ? WHERE delivery = ?
        """
    // Some more than the one that comes, so that what is over does go, and never so many that a message has to wait.
    static let forget = """
        DELETE FROM traces WHERE number IN (SELECT number FROM traces ORDER BY number LIMIT 8)
        AND (queued_at < ? OR number < (SELECT MAX(number) FROM traces) + 2 - ?)
        """
    static let oldest = "SELECT queued_at FROM traces ORDER BY number LIMIT 1"
    static let forgetOldest = """
        DELETE FROM traces WHERE number IN (SELECT number FROM traces ORDER BY number LIMIT ?) AND queued_at < ?
        """
    static let channel = "SELECT channel, is_working, usual FROM channels WHERE channel = ?"
    static let upsertChannel = """
        INSERT INTO channels (channel, is_working, usual) VALUES (?, ?, ?)
        ON CONFLICT (channel) DO UPDATE SET is_working = excluded.is_working, usual = excluded.usual
        """
}

extension SQLiteSnapshot {
    func trace(of delivery: DeliveryID) throws -> TraceRow? {
        try connection.first(SQL.byDelivery, delivery, read: TraceRow.init)
    }

    func newestTrace(for origin: TraceOrigin) throws -> TraceRow? {
        let (id, choice) = origin.columns
        return try connection.first(SQL.newest, id, choice, read: TraceRow.init)
    }

    func traces(after number: UInt64, of account: AccountID?, limit: Int) throws -> [NumberedTrace] {
        // No stored number is greater than a signed integer's.
        let number = Int64(clamping: number)
        guard let account else { return try connection.all(SQL.after, number, max(limit, 0), read: NumberedTrace.init) }
        return try connection.all(SQL.ofAccount, account, number, max(limit, 0), read: NumberedTrace.init)
    }

    func oldestTrace() throws -> Timestamp? { try connection.first(SQL.oldest) { row in try row.next() } }

    func channel(_ channel: DeliveryChannel) throws -> ChannelRow? {
        try connection.first(SQL.channel, channel) { row in
            ChannelRow(
                channel: try row.next(), isWorking: try row.next(),
                usual: try row.next(Int64?.self).map { Timestamp.Span(milliseconds: $0) })
        }
    }
}

extension SQLiteTransaction {
    func removeTraces(queuedBefore moment: Timestamp, atMost count: Int) throws {
        try connection.run(SQL.forgetOldest, count, moment)
    }

    func insert(_ trace: TraceRow, keepingSince moment: Timestamp, newest: UInt64) throws {
        try connection.run(SQL.forget, moment, newest)
        let (origin, choice) = trace.origin?.columns ?? (nil, nil)
        try connection.run(
            SQL.insert, trace.delivery, trace.account, origin, choice, trace.channel, trace.kind, trace.aim,
            trace.queuedAt, trace.expiresAt, trace.state, trace.reason, trace.takenAt, trace.settledAt, trace.attempts)
    }

    func update(_ trace: TraceRow) throws {
        let (origin, choice) = trace.origin?.columns ?? (nil, nil)
        try change(
            "traces", SQL.update, trace.account, origin, choice, trace.channel, trace.kind, trace.aim, trace.queuedAt,
            trace.expiresAt, trace.state, trace.reason, trace.takenAt, trace.settledAt, trace.attempts, trace.delivery)
    }

    func upsert(_ channel: ChannelRow) throws {
        try connection.run(SQL.upsertChannel, channel.channel, channel.isWorking, channel.usual?.milliseconds)
    }
}

extension TraceAim: ColumnValue {}
extension DeliveryState: ColumnValue {}
extension EventReason: ColumnValue {}

extension TraceOrigin {
    /// The number of a recovery or of an enrolment, and which of the two: a recovery's choices begin with 1.
    fileprivate var columns: (id: UInt64?, choice: UInt32?) {
        switch self {
        case .recovery(let id, let choice): (id.number, choice)
        case .enrolment(let id): (id.number, 0)
        }
    }

    fileprivate init?(_ row: inout Columns) throws {
        let id = try row.next(UInt64?.self)
        let choice = try row.next(UInt32?.self)
        guard let id, let choice else { return nil }
        self = choice == 0 ? .enrolment(EnrolmentID(random: id)) : .recovery(RecoveryID(random: id), choice: choice)
    }
}

extension TraceRow {
    fileprivate init(_ row: inout Columns) throws {
        self.init(
            delivery: try row.next(), account: try row.next(), origin: try TraceOrigin(&row), channel: try row.next(),
            kind: try row.next(), aim: try row.next(), queuedAt: try row.next(), expiresAt: try row.next(),
            state: try row.next(), reason: try row.next(), takenAt: try row.next(), settledAt: try row.next(),
            attempts: try row.next())
    }
}

extension NumberedTrace {
    fileprivate init(_ row: inout Columns) throws {
        self.init(number: try row.next(), row: try TraceRow(&row))
    }
}
