import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let kept = "SELECT wall, since_boot, boot FROM clock"
    static let keep = """
        INSERT INTO clock (only, wall, since_boot, boot) VALUES (1, ?, ?, ?)
        ON CONFLICT (only) DO UPDATE SET wall = excluded.wall, since_boot = excluded.since_boot, boot = excluded.boot
        """
}

extension SQLiteSnapshot {
    func keptReading() throws -> ClockReading? {
        try connection.first(SQL.kept) { row in
            ClockReading(
                wall: try row.next(), sinceBoot: Timestamp.Span(milliseconds: try row.next()), boot: try row.next())
        }
    }
}

extension SQLiteTransaction {
    func keep(_ reading: ClockReading) throws {
        try connection.run(SQL.keep, reading.wall, reading.sinceBoot.milliseconds, reading.boot)
    }

    func move(with jump: ClockJump) throws {
        for column in TimedColumn.all {
            guard let move = column.move(with: jump) else { continue }
            try connection.run(move.sql, move.value, move.after)
        }
        try follow(jump)
    }
}
