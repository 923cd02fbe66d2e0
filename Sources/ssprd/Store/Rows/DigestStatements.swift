import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let oldest = "SELECT happened_at FROM reset_notes WHERE digest IS NULL ORDER BY number LIMIT 1"
    static let underWay = "SELECT number, reached FROM digest_under_way ORDER BY number LIMIT 1"
    static let isTold = "digest = ?1 AND told_until < ?2 AND about <> ?2"
    static let counts = "SELECT count(*), count(DISTINCT about) FROM reset_notes WHERE \(isTold)"
    static let accounts = """
        SELECT about FROM reset_notes WHERE \(isTold) GROUP BY about ORDER BY min(number) LIMIT ?3
        """
    static let insert = "INSERT INTO reset_notes (about, happened_at, told_until) VALUES (?, ?, ?)"
    static let newest = "SELECT number FROM reset_notes WHERE digest IS NULL ORDER BY number DESC LIMIT 1"
    static let join = "UPDATE reset_notes SET digest = ? WHERE digest IS NULL"
    static let begin = "INSERT INTO digest_under_way (number, reached) VALUES (?, NULL)"
    static let update = "UPDATE digest_under_way SET reached = ? WHERE number = ?"
    static let end = "DELETE FROM digest_under_way WHERE number = ?"
    static let forget = "DELETE FROM reset_notes WHERE digest IS NOT NULL AND happened_at < ?"
}

extension SQLiteSnapshot {
    func oldestResetNote() throws -> Timestamp? { try connection.first(SQL.oldest, read: { try $0.next() }) }

    func digestUnderWay() throws -> DigestRow? {
        try connection.first(SQL.underWay) { DigestRow(number: try $0.next(), reached: try $0.next()) }
    }

    func resets(in digest: DigestNumber, for reader: AccountName) throws -> ResetSummary {
        let (count, all) =
            try connection.first(SQL.counts, digest, reader) { row in
                (try row.integer(), try row.integer())
            } ?? (0, 0)
        let accounts: [AccountName] = try connection.all(
            SQL.accounts, digest, reader, ResetSummary.names
        ) { try $0.next() }
        let unnamed = UInt32(clamping: all - Int64(accounts.count))
        return ResetSummary(
            count: UInt32(clamping: count), accounts: accounts, unnamed: unnamed == 0 ? nil : unnamed)
    }
}

extension SQLiteTransaction {
    func insert(_ note: ResetNoteRow) throws {
        try connection.run(SQL.insert, note.about, note.happenedAt, note.toldUntil)
    }

    func beginDigest() throws -> DigestRow? {
        // The newest note's number is the digest's: it grows, and no other digest has it.
        guard let number: DigestNumber = try connection.first(SQL.newest, read: { try $0.next() }) else { return nil }
        try connection.run(SQL.join, number)
        try connection.run(SQL.begin, number)
        return DigestRow(number: number)
    }

    func update(_ digest: DigestRow) throws {
        try change("digest_under_way", SQL.update, digest.reached, digest.number)
    }

    func end(_ digest: DigestNumber) throws { try connection.run(SQL.end, digest) }

    func removeResetNotes(before moment: Timestamp) throws { try connection.run(SQL.forget, moment) }
}
