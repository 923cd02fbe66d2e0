import SSPRDomain
import SSPRVocabulary
import Testing

@Suite struct WritebackRowsTests {
    @Test(arguments: StoreUnderTest.Kind.allCases)
    func openIntentsAreThoseWithoutAnOutcome(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let rows = [
            try Sample.intent(9, of: 1, recovery: nil, ordered: 1),
            try Sample.intent(3, of: 1, recovery: 7, ordered: 2),
            try Sample.intent(4, of: 1, recovery: 7, ordered: 2),
        ]
        try store.write { tx in
            try tx.insert(try Sample.account(1, "alice"))
            for row in rows.reversed() { try tx.insert(row) }
        }
        #expect(try store.read { try $0.openIntents() } == rows)
        let settled = IntentRow(
            id: rows[1].id, account: rows[1].account, recovery: RecoveryID(random: 8), operation: .unlock,
            target: try TargetName("ldap"), orderedAt: Sample.at(40), outcome: .changed)
        try store.write { try $0.update(settled) }
        #expect(try store.read { try $0.openIntents() } == [rows[0], rows[2]])
        #expect(try store.read { try $0.intent(settled.id) } == settled)
        #expect(try store.read { try $0.intent(OrderID(random: 1)) } == nil)
        #expect(throws: RowConflict.self) { try store.write { try $0.insert(settled) } }
        #expect(throws: (any Error).self) {
            try store.write { try $0.update(try Sample.intent(5, of: 1, recovery: nil)) }
        }
        #expect(throws: (any Error).self) {
            try store.write { try $0.insert(try Sample.intent(6, of: 99, recovery: nil)) }
        }
    }
}
