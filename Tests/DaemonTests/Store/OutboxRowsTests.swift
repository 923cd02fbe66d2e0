import SSPRDomain
import SSPRVocabulary
import Testing

@Suite struct OutboxRowsTests {
    private func store(_ kind: StoreUnderTest.Kind) throws -> StoreUnderTest {
        let store = try StoreUnderTest(kind)
        try store.write { try $0.insert(try Sample.account(1, "alice")) }
        return store
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func everyFieldComesBack(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        let decoy = Sample.delivery(6, of: nil)
        let after = DeliveryRow(
            id: DeliveryID(random: 5), account: AccountID(random: 1), channel: .email, kind: .passwordReset,
            payload: Sealed(key: 0, bytes: [1]), queuedAt: Sample.at(1), expiresAt: Sample.at(2), dueAt: Sample.at(3),
            lease: 4, leasedUntil: Sample.at(5), question: ApprovalID(random: 6), digest: 7)
        try store.write { tx in
            try tx.insert(Sample.delivery(5, of: 1))
            try tx.insert(decoy)
            #expect(try tx.delivery(DeliveryID(random: 5)) == Sample.delivery(5, of: 1))
            try tx.update(after)
        }
        #expect(try store.read { try $0.delivery(after.id) } == after)
        #expect(try store.read { try $0.delivery(decoy.id) } == decoy)
        #expect(throws: RowConflict.self) { try store.write { try $0.insert(Sample.delivery(6, of: 1)) } }
        try store.write { try $0.remove(after.id) }
        #expect(try store.read { try $0.delivery(after.id) } == nil)
        #expect(throws: (any Error).self) { try store.write { try $0.update(after) } }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func whatHasBeenFreeForLongestIsNext(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        let leased = Sample.delivery(1, of: 1, queued: 0)
        try store.write { tx in
            try tx.insert(leased)
            try tx.insert(Sample.delivery(2, of: nil, queued: 1))
            try tx.insert(Sample.delivery(3, of: 1, queued: 2, expires: 50))
            try tx.insert(Sample.delivery(4, of: 1, queued: 3, due: 58))
            try tx.insert(Sample.delivery(6, of: 1, queued: 4, due: 51))
            try tx.insert(Sample.delivery(5, of: 1, queued: 5, due: 51))
            var held = leased
            held.lease = 1
            held.leasedUntil = Sample.at(60)
            try tx.update(held)
        }
        func next(at seconds: Int64) throws -> UInt64? {
            try store.read { try $0.nextDelivery(at: Sample.at(seconds), through: .email)?.id.number }
        }
        // The third until it expires; then nothing is due for a second.
        #expect(try next(at: 49) == 3)
        #expect(try next(at: 50) == nil)
        #expect(try next(at: 51) == 5)
        // When all are free: in the order in which they became so, the first after its lease.
        for number: UInt64 in [5, 6, 4, 1] {
            #expect(try next(at: 60) == number)
            try store.write { try $0.remove(DeliveryID(random: number)) }
        }
        #expect(try next(at: 60) == nil)
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func eachChannelHasItsOwnNext(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        try store.write { tx in
            try tx.insert(Sample.delivery(1, of: 1, through: .sms, queued: 0))
            try tx.insert(Sample.delivery(2, of: 1, queued: 1))
            try tx.insert(Sample.delivery(3, of: 1, through: .voice, queued: 2, due: 30))
        }
        func next(_ channel: DeliveryChannel) throws -> UInt64? {
            try store.read { try $0.nextDelivery(at: Sample.at(9), through: channel)?.id.number }
        }
        #expect(try DeliveryChannel.allCases.map(next) == [2, 1, nil, nil])
        let times = try DeliveryChannel.allCases.map { channel in
            try store.read { try $0.nextDeliveryTime(after: Sample.at(9), through: channel) }
        }
        #expect(times == [nil, nil, Sample.at(30), nil])
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func theExpiredAreFoundOnceTheirLeaseIsOver(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        try store.write { tx in
            try tx.insert(Sample.delivery(1, of: 1, expires: 11))
            try tx.insert(Sample.delivery(2, of: nil, expires: 10))
            try tx.insert(Sample.delivery(3, of: 1, expires: 12))
            try tx.insert(Sample.delivery(4, of: 1, expires: 9))
            var leased = Sample.delivery(4, of: 1, expires: 9)
            leased.leasedUntil = Sample.at(12)
            try tx.update(leased)
        }
        func expired(at seconds: Int64, limit: Int = 9) throws -> [UInt64] {
            try store.read { try $0.expiredDeliveries(at: Sample.at(seconds), limit: limit).map(\.id.number) }
        }
        #expect(try expired(at: 9) == [])
        #expect(try expired(at: 11) == [2, 1])
        #expect(try expired(at: 12) == [4, 2, 1, 3])
        #expect(try expired(at: 12, limit: 2) == [4, 2])
        // A new message leaves them where they are: what it costs must not depend on others.
        try store.write { try $0.insert(Sample.delivery(5, of: 1, queued: 20)) }
        #expect(try expired(at: 12) == [4, 2, 1, 3])
    }
}
