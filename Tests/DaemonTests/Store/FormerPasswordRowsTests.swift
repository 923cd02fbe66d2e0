import SSPRDomain
import SSPRVocabulary
import Testing

/// Rows of passwords that were.
@Suite struct FormerPasswordRowsTests {
    @Test(arguments: StoreUnderTest.Kind.allCases)
    func theNewestComeFirstAndTheOldestGoFirst(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let (alice, bob) = (AccountID(random: 1), AccountID(random: 2))
        try store.write { tx in
            try tx.insert(Sample.account(1, "alice"))
            try tx.insert(Sample.account(2, "bob"))
            for fill: UInt8 in 1...5 {
                try tx.addFormerVerifier(Sample.verifier(fill), of: alice)
                try tx.addFormerVerifier(Sample.verifier(fill + 100), of: bob)
            }
        }
        func former(_ account: AccountID, _ limit: Int = 24) throws -> [Verifier] {
            try store.read { try $0.formerVerifiers(of: account, limit: limit) }
        }
        #expect(try former(alice) == [5, 4, 3, 2, 1].map(Sample.verifier))
        #expect(try former(alice, 2) == [5, 4].map(Sample.verifier))
        #expect(try former(alice, 0).isEmpty)
        try store.write { try $0.removeFormerVerifiers(of: alice, keeping: 3) }
        try store.write { try $0.addFormerVerifier(Sample.verifier(9), of: alice) }
        #expect(try former(alice) == [9, 5, 4, 3].map(Sample.verifier))
        try store.write { try $0.removeFormerVerifiers(of: alice, keeping: 0) }
        #expect(try former(alice).isEmpty)
        #expect(try former(bob).count == 5)
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func nobodyHasNone(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        #expect(throws: (any Error).self) {
            try store.write { try $0.addFormerVerifier(Sample.verifier(1), of: AccountID(random: 7)) }
        }
    }
}
