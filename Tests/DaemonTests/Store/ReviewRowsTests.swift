import SSPRDomain
import SSPRStore
import SSPRVocabulary
import Testing

@Suite struct ReviewRowsTests {
    private static func row(
        _ account: UInt64, look: Int64?, reminded: Int64? = nil, isReminded: Bool = false, postponed: UInt32 = 0
    ) -> ReviewRow {
        ReviewRow(
            account: AccountID(random: account), postponed: postponed, oldestLook: look.map(Sample.at),
            remindedAt: reminded.map(Sample.at), isReminded: isReminded)
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func whoIsToBeRemindedComesInOrder(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let rows = [
            Self.row(1, look: 50), Self.row(2, look: 40, reminded: 30), Self.row(3, look: 51), Self.row(4, look: nil),
            Self.row(5, look: 10, reminded: 20, isReminded: true),
            Self.row(6, look: 10, reminded: 19, isReminded: true),
            Self.row(7, look: 10, reminded: 21, isReminded: true, postponed: 20),
        ]
        try store.write { tx in
            for (number, row) in zip(UInt64(1)..., rows) {
                try tx.insert(try Sample.account(number, "a\(number)"))
                try tx.upsert(Self.row(number, look: 1))
                try tx.upsert(row)
            }
        }
        func found(_ limit: Int) throws -> [UInt64] {
            try store.read { tx in
                try tx.reviews(lookedAt: Sample.at(50), remindedAt: Sample.at(20), limit: limit).map(\.account.number)
            }
        }
        #expect(try found(9) == [2, 1, 6, 5])
        #expect(try found(3) == [2, 1, 6])
        #expect(try found(1) == [2])
        #expect(try found(0) == [])
        for row in rows { #expect(try store.read { try $0.review(of: row.account) } == row) }
        #expect(try store.read { try $0.review(of: AccountID(random: 99)) } == nil)
        #expect(throws: (any Error).self) { try store.write { try $0.upsert(Self.row(99, look: 1)) } }
    }

    @Test func stateFromBeforeCountsFromItsConfirmations() throws {
        let state = try TemporaryState()
        let first = try state.open()
        try first.write { tx in
            try tx.insert(try Sample.account(1, "alice"))
            try tx.insert(Sample.method(7, of: 1, confirmed: 30))
            try tx.insert(Sample.method(8, of: 1, kind: .mobilePhone, confirmed: 20))
            try tx.insert(Sample.method(9, of: 1, kind: .totp, confirmed: 10))
        }
        try first.close()
        // As the release before left it.
        try state.alter(
            """
            DROP TABLE reviews;
            ALTER TABLE methods DROP COLUMN reviewed_at;
            DELETE FROM grdb_migrations WHERE identifier = '0014 reviews';
            """)
        let store = try state.open()
        let account = AccountID(random: 1)
        #expect(try store.read { try $0.review(of: account) } == ReviewRow(account: account, oldestLook: Sample.at(20)))
        #expect(try store.read { try $0.methods(of: account).map(\.reviewedAt) } == [10, 20, 30].map(Sample.at))
    }
}
