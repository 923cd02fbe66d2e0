import SSPRDomain
import SSPRVocabulary
import Testing

@Suite struct DigestRowsTests {
    private func note(_ about: String, _ seconds: Int64, until name: String) throws -> ResetNoteRow {
        ResetNoteRow(about: try AccountName(about), happenedAt: Sample.at(seconds), toldUntil: try AccountName(name))
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func invariant_I48_notesAreJoinedToldAndForgotten(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let reader = try AccountName("m")
        let notes = try [
            note("zoe", 1, until: "c"), note("ada", 2, until: "l"), note("zoe", 3, until: "a"),
            // Told at once to the reader; told to everybody but the reader; the reader's own.
            note("bob", 4, until: "m"), note("bob", 5, until: "x"), note("m", 6, until: "a"),
        ]
        #expect(try store.write { try $0.beginDigest() } == nil)
        try store.write { tx in for note in notes { try tx.insert(note) } }
        #expect(try store.read { try $0.oldestResetNote() } == Sample.at(1))
        let first = try #require(try store.write { try $0.beginDigest() })
        #expect(try store.read { try $0.digestUnderWay() } == first && first.reached == nil)
        #expect(try store.read { try $0.oldestResetNote() } == nil)
        let told = ResetSummary(count: 3, accounts: [try AccountName("zoe"), try AccountName("ada")])
        #expect(try store.read { try $0.resets(in: first.number, for: reader) } == told)
        var further = first
        further.reached = reader
        try store.write { [further] in try $0.update(further) }
        #expect(try store.read { try $0.digestUnderWay() } == further)
        try store.write { try $0.end(first.number) }
        #expect(try store.read { try $0.digestUnderWay() } == nil)
        #expect(throws: (any Error).self) { try store.write { [further] in try $0.update(further) } }
        // What a digest tells stays for its messages; the next one has a number of its own.
        try store.write { [note = try note("ada", 9, until: "a")] in try $0.insert(note) }
        let second = try #require(try store.write { try $0.beginDigest() })
        #expect(second.number != first.number)
        try store.write { try $0.removeResetNotes(before: Sample.at(2)) }
        #expect(try store.read { try $0.resets(in: first.number, for: reader).count } == 2)
        try store.write { [note = try note("zoe", 10, until: "a")] tx in
            try tx.insert(note)
            try tx.removeResetNotes(before: Sample.at(99))
        }
        #expect(try store.read { try $0.resets(in: second.number, for: reader).count } == 0)
        #expect(try store.read { try $0.oldestResetNote() } == Sample.at(10), "what nobody was told of stays")
        try store.write { try $0.end(second.number) }
        #expect(try #require(try store.write { try $0.beginDigest() }).number > second.number)
    }
}
