import SSPRDomain
import SSPRStore
import SSPRVocabulary
import Testing

@Suite struct UndoRowsTests {
    private static func row(_ code: UInt8, of account: UInt64, changed: Int64, expires: Int64, verifier: Bool = true)
        -> UndoRow
    {
        UndoRow(
            code: [UInt8](repeating: code, count: 32), account: AccountID(random: account),
            changedAt: Sample.at(changed),
            expiresAt: Sample.at(expires),
            previous: verifier
                ? Verifier(passes: 2, memoryKiB: 64, salt: [1, 2], tag: [3, code], pepper: 7) : nil)
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func waysBackEndWithTheirTimeTheirChangeAndTheirAccount(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let rows = [
            Self.row(1, of: 1, changed: 10, expires: 50), Self.row(2, of: 1, changed: 20, expires: 60, verifier: false),
            Self.row(3, of: 1, changed: 30, expires: 70), Self.row(4, of: 2, changed: 30, expires: 40),
        ]
        func found() throws -> [Bool] { try rows.map { row in try store.read { try $0.undo(code: row.code) } == row } }
        try store.write { tx in
            for number in [UInt64(1), 2] { try tx.insert(try Sample.account(number, "a\(number)")) }
            for row in rows { try tx.insert(row, now: row.changedAt) }
        }
        #expect(try found() == [true, true, true, true])
        #expect(try store.read { try $0.undoCount(of: AccountID(random: 1), at: Sample.at(49)) } == 3)
        #expect(try store.read { try $0.undoCount(of: AccountID(random: 1), at: Sample.at(60)) } == 1)
        // Any change anywhere forgets what is over.
        try store.write { try $0.insert(Self.row(5, of: 1, changed: 45, expires: 80), now: Sample.at(45)) }
        #expect(try found() == [true, true, true, false])
        try store.write { try $0.removeUndos(of: AccountID(random: 1), since: Sample.at(20)) }
        #expect(try found() == [true, false, false, false])
        try store.write { try $0.remove(AccountID(random: 1)) }
        #expect(try found() == [false, false, false, false])
        #expect(throws: (any Error).self) { try store.write { try $0.insert(rows[0], now: Sample.at(1)) } }
    }
}
