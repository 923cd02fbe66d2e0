import Foundation
import SSPRDomain
import SSPRStore
import SSPRVocabulary
import Testing

/// What somebody with the file can do to the trail (attack G8).
@Suite struct TamperingTests {
    private static let zeros = Sample.bytes(0)

    private func trail(_ count: Int) throws -> (state: TemporaryState, links: [AuditLink]) {
        let state = try TemporaryState()
        let store = try state.open()
        try store.write { tx in for index in 1...count { try tx.append(try Sample.event(index)) } }
        let links = try store.read { try $0.links(after: 0, limit: count) }
        try store.close()
        return (state, links)
    }

    private func verify(_ state: TemporaryState) throws -> AuditFault? {
        let store = try state.open()
        let fault = try store.read { try $0.verifyLinks(after: 0, hash: Self.zeros).fault }
        try store.close()
        return fault
    }

    @Test func everyFlippedByteIsFound() throws {
        // One link for every byte of a link: the first has its first byte flipped, the second its second, and so on.
        let (state, links) = try trail(160)
        var image = try #require(FileManager.default.contents(atPath: state.database))
        let width = try #require(links.map(\.bytes.count).max()) + 64
        #expect(width <= links.count)
        for (offset, link) in links.enumerated() {
            // The three columns stand side by side in the row.
            let place = try #require(image.firstRange(of: link.previous + link.hash + link.bytes))
            if place.lowerBound + offset < place.upperBound { image[place.lowerBound + offset] ^= 0x10 }
        }
        try image.write(to: URL(fileURLWithPath: state.database))
        let store = try state.open()
        var known = AuditHead(sequence: 0, hash: Self.zeros)
        for link in links.prefix(width - 1) {
            let from = known
            let fault = try store.read { try $0.verifyLinks(after: from.sequence, hash: from.hash).fault }
            #expect(fault == AuditFault(sequence: link.sequence, kind: .broken))
            known = AuditHead(sequence: link.sequence, hash: link.hash)
        }
        try store.close()
    }

    @Test(arguments: [
        ("DELETE FROM audit_links WHERE sequence = 1", 1, AuditFault.Kind.gap),
        ("DELETE FROM audit_links WHERE sequence = 3", 3, .gap),
        ("DELETE FROM audit_links WHERE sequence IN (2, 3)", 2, .gap),
        ("DELETE FROM audit_links WHERE sequence = 5", 5, .head),
        ("DELETE FROM audit_links WHERE sequence > 2", 3, .head),
        ("DELETE FROM audit_links", 1, .head),
        ("UPDATE audit_head SET sequence = 4", 5, .head),
        ("UPDATE audit_head SET sequence = 6", 6, .head),
        ("UPDATE audit_head SET hash = zeroblob(32)", 5, .head),
        ("DELETE FROM audit_head", 5, .head),
        ("UPDATE audit_links SET sequence = 9 WHERE sequence = 5", 5, .gap),
        (
            "UPDATE audit_links SET event = (SELECT event FROM audit_links WHERE sequence = 1) WHERE sequence = 2", 2,
            .broken
        ),
        ("INSERT INTO audit_links SELECT 6, previous, hash, event FROM audit_links WHERE sequence = 5", 6, .broken),
    ])
    func everyEditIsFound(_ sql: String, _ sequence: UInt64, _ kind: AuditFault.Kind) throws {
        let (state, _) = try trail(5)
        try state.alter(sql)
        #expect(try verify(state) == AuditFault(sequence: sequence, kind: kind))
    }

    @Test func aTrailRewrittenFromTheSecondLinkOnStillVerifiesButNotFromAKnownHead() throws {
        // Whoever knows the hash function can write another trail: that is what the exported head is for.
        let (state, links) = try trail(3)
        let (other, _) = try trail(2)
        let store = try other.open()
        let third = links[2]
        #expect(
            try store.read { try $0.verifyLinks(after: third.sequence, hash: third.hash).fault }
                == AuditFault(sequence: 3, kind: .head))
        try store.close()
        #expect(try verify(state) == nil)
    }

    @Test func aLinkThatIsNoEventIsFoundAndNotRead() throws {
        let (state, links) = try trail(2)
        // A forger with the hash function, but bytes that are no event.
        let bytes: [UInt8] = [0xa0]
        let hash = MemoryStore.simpleHash(links[1].hash, 3, bytes)
        func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }
        try state.alter(
            """
            INSERT INTO audit_links VALUES (3, x'\(hex(links[1].hash))', x'\(hex(hash))', x'\(hex(bytes))');
            UPDATE audit_head SET sequence = 3, hash = x'\(hex(hash))';
            """)
        #expect(try verify(state) == AuditFault(sequence: 3, kind: .unreadable))
        let store = try state.open()
        #expect(throws: StoreCorrupt.self) { try store.read { try $0.links(after: 0, limit: 10) } }
        #expect(try store.read { try $0.links(after: 0, limit: 2) } == links)
        try store.close()
    }

    @Test(arguments: [
        "UPDATE accounts SET role = 'king'", "UPDATE accounts SET name = 'a b'", "UPDATE accounts SET target = 'A'",
        "UPDATE accounts SET name = CAST(x'61ff' AS TEXT)",
        "PRAGMA ignore_check_constraints = ON; UPDATE accounts SET uid = -1",
        "PRAGMA ignore_check_constraints = ON; UPDATE accounts SET is_enabled = 2",
    ])
    func aRowThatCannotBeReadIsAnError(_ sql: String) throws {
        let state = try TemporaryState()
        let first = try state.open()
        try first.write { try $0.insert(try Sample.account(1, "alice", uid: 1)) }
        try first.close()
        try state.alter(sql)
        let store = try state.open()
        #expect(throws: StoreCorrupt.self) { try store.read { try $0.account(AccountID(random: 1)) } }
        #expect(throws: StoreCorrupt.self) { try store.write { try $0.account(AccountID(random: 1)) } }
        try store.close()
    }

    @Test(arguments: [
        "offers = x'81a0'", "offers = x''", "proven = x'811bffffffffffffffff'", "state = 9", "subject = x''",
    ])
    func aListThatCannotBeReadIsAnError(_ assignment: String) throws {
        let state = try TemporaryState()
        let first = try state.open()
        try first.write { try $0.insert(Sample.recovery(1, handle: 1), now: Sample.now) }
        try first.close()
        try state.alter("UPDATE recoveries SET \(assignment)")
        let store = try state.open()
        #expect(throws: StoreCorrupt.self) { try store.read { try $0.recovery(RecoveryID(random: 1)) } }
        try store.close()
    }

    @Test func aHeadBelowZeroStopsTheTrailWithoutATrap() throws {
        let (state, _) = try trail(1)
        try state.alter("PRAGMA ignore_check_constraints = ON; UPDATE audit_head SET sequence = -1")
        let store = try state.open()
        #expect(throws: StoreCorrupt.self) { try store.write { try $0.append(try Sample.event(2)) } }
        try store.close()
    }
}
