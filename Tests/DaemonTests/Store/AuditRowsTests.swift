import SSPRDomain
import SSPRVocabulary
import StrictCBOR
import Testing

@Suite struct AuditRowsTests {
    private static let zeros = Sample.bytes(0)

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func anEmptyTrailHasAZeroHead(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        try store.read { tx throws in
            #expect(try tx.auditHead() == AuditHead(sequence: 0, hash: Self.zeros))
            #expect(try tx.links(after: 0, limit: 10).isEmpty)
            let (fault, reached) = try tx.verifyLinks(after: 0, hash: Self.zeros)
            #expect(fault == nil)
            #expect(reached == AuditHead(sequence: 0, hash: Self.zeros))
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func linksAreDenseAndChained(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let events = try (1...5).map { try Sample.event($0) }
        try store.write { tx in for event in events.prefix(2) { try tx.append(event) } }
        for event in events.dropFirst(2) { try store.write { try $0.append(event) } }
        let links = try store.read { try $0.links(after: 0, limit: 100) }
        #expect(links.map(\.sequence) == [1, 2, 3, 4, 5])
        #expect(links.map(\.event) == events)
        var previous = Self.zeros
        for link in links {
            let encoded = try CBOREncoder().encode(link.event)
            #expect(link.bytes == encoded)
            #expect(link.previous == previous)
            #expect(link.hash == MemoryStore.simpleHash(previous, link.sequence, link.bytes))
            previous = link.hash
        }
        let last = previous
        try store.read { tx throws in
            #expect(try tx.auditHead() == AuditHead(sequence: 5, hash: last))
            #expect(try tx.links(after: 2, limit: 2).map(\.sequence) == [3, 4])
            #expect(try tx.links(after: 5, limit: 2).isEmpty)
            #expect(try tx.links(after: .max, limit: 2).isEmpty)
            #expect(try tx.links(after: 0, limit: -1).isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func anEventOfAFailedTransactionIsNotInTheTrail(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        try store.write { try $0.append(try Sample.event(1)) }
        #expect(throws: CancellationError.self) {
            try store.write { tx in
                try tx.append(try Sample.event(2))
                throw CancellationError()
            }
        }
        try store.write { try $0.append(try Sample.event(3)) }
        let links = try store.read { try $0.links(after: 0, limit: 10) }
        #expect(links.map(\.event) == [try Sample.event(1), try Sample.event(3)])
        #expect(links.map(\.sequence) == [1, 2])
        #expect(try store.read { try $0.verifyLinks(after: 0, hash: Self.zeros).fault } == nil)
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func verificationGoesOnWhereAnEarlierOneEnded(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        try store.write { tx in for index in 1...4 { try tx.append(try Sample.event(index)) } }
        let links = try store.read { try $0.links(after: 0, limit: 10) }
        try store.read { tx in
            let (fault, reached) = try tx.verifyLinks(after: 2, hash: links[1].hash)
            #expect(fault == nil)
            #expect(reached == AuditHead(sequence: 4, hash: links[3].hash))
            // Another hash than the second link's: the third does not follow from it.
            #expect(try tx.verifyLinks(after: 2, hash: Self.zeros).fault == AuditFault(sequence: 3, kind: .broken))
            // The end of a trail that is not this one: same length, and longer.
            #expect(try tx.verifyLinks(after: 4, hash: Self.zeros).fault == AuditFault(sequence: 4, kind: .head))
            #expect(try tx.verifyLinks(after: 9, hash: Self.zeros).fault == AuditFault(sequence: 5, kind: .head))
            #expect(try tx.verifyLinks(after: .max, hash: Self.zeros).fault == AuditFault(sequence: 5, kind: .head))
        }
    }
}
