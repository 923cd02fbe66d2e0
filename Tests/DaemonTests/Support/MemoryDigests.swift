import SSPRDomain
import SSPRVocabulary

extension MemoryRows {
    struct NumberedNote {
        let number: UInt64
        var row: ResetNoteRow
        var digest: DigestNumber?
    }
}

extension MemorySnapshot {
    func oldestResetNote() -> Timestamp? { rows.resetNotes.first { $0.digest == nil }?.row.happenedAt }
    func digestUnderWay() -> DigestRow? { rows.digest }
    func resets(in digest: DigestNumber, for reader: AccountName) -> ResetSummary {
        let told = rows.resetNotes.filter {
            $0.digest == digest && $0.row.toldUntil.text < reader.text && $0.row.about != reader
        }
        var accounts: [AccountName] = []
        for note in told where !accounts.contains(note.row.about) { accounts.append(note.row.about) }
        return ResetSummary(
            count: UInt32(told.count), accounts: Array(accounts.prefix(ResetSummary.names)),
            unnamed: accounts.count > ResetSummary.names ? UInt32(accounts.count - ResetSummary.names) : nil)
    }
}

extension MemoryTransaction {
    func insert(_ note: ResetNoteRow) {
        rows.notesGiven += 1
        rows.resetNotes.append(MemoryRows.NumberedNote(number: rows.notesGiven, row: note))
    }
    func beginDigest() -> DigestRow? {
        guard let number = rows.resetNotes.last(where: { $0.digest == nil })?.number else { return nil }
        for index in rows.resetNotes.indices where rows.resetNotes[index].digest == nil {
            rows.resetNotes[index].digest = number
        }
        rows.digest = DigestRow(number: number)
        return rows.digest
    }
    func update(_ digest: DigestRow) throws {
        guard rows.digest?.number == digest.number else { throw MemoryRowMissing() }
        rows.digest = digest
    }
    func end(_ digest: DigestNumber) { if rows.digest?.number == digest { rows.digest = nil } }
    func removeResetNotes(before moment: Timestamp) {
        rows.resetNotes.removeAll { $0.digest != nil && $0.row.happenedAt < moment }
    }
}
