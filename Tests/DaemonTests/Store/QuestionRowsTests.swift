import SSPRDomain
import SSPRVocabulary
import Testing

@Suite struct QuestionRowsTests {
    private static func row(_ number: UInt32, _ texts: [(LanguageTag, String)]) throws -> QuestionRow {
        QuestionRow(
            number: number,
            texts: try texts.map { QuestionTranslation(language: $0, text: try QuestionText($1)) },
            addedAt: Sample.at(Int64(number)))
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func questionsComeBackInTheOrderOfTheirNumbers(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        #expect(try store.read { try $0.customQuestions() }.isEmpty)
        var first = try Self.row(1000, [(.german, "Welche T\u{fc}r?"), (.english, "Which door?")])
        let second = try Self.row(1001, [(.english, String(repeating: "\u{1f511}", count: 200))])
        try store.write { [first] tx in
            try tx.insert(second)
            try tx.insert(first)
        }
        #expect(try store.read { try $0.customQuestions() } == [first, second], "languages in the order given")
        first.retiredAt = Sample.at(7)
        try store.write { [first] in try $0.update(first) }
        #expect(try store.read { try $0.customQuestions() } == [first, second])
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func aNumberIsTakenOnceAndForAll(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let row = try Self.row(1000, [(.english, "Which door?")])
        try store.write { try $0.insert(row) }
        #expect(throws: RowConflict.self) { try store.write { try $0.insert(row) } }
        let missing = try Self.row(1001, [(.english, "Which floor?")])
        #expect(throws: (any Error).self) { try store.write { try $0.update(missing) } }
        #expect(try store.read { try $0.customQuestions() } == [row])
    }
}
