import SSPRDomain
import SSPRVocabulary
import Testing

private let alice = SubjectKey.account(AccountID(random: 1))

@Suite struct CounterRowsTests {
    private func stranger(_ fill: UInt8) -> SubjectKey { .stranger(Sample.bytes(fill)) }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func everyFieldComesBackAndIsReplaced(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let first = Sample.counter(alice)
        let second = CounterRow(subject: alice, kind: .signIn, firstAt: Sample.at(50), lastAt: Sample.at(51))
        let other = Sample.counter(alice, .recovery)
        try store.write { tx in
            try tx.upsert(first)
            try tx.upsert(other)
            #expect(try tx.counter(alice, .signIn) == first)
            try tx.upsert(second)
        }
        try store.read { tx throws in
            #expect(try tx.counter(alice, .signIn) == second)
            #expect(try tx.counter(alice, .recovery) == other)
            #expect(try tx.counter(alice, .codes) == nil)
        }
        try store.write { try $0.removeCounter(alice, .signIn) }
        #expect(try store.read { try $0.counter(alice, .signIn) } == nil)
        #expect(try store.read { try $0.counter(alice, .recovery) } == other)
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func strangersAreCounted(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let (one, two) = (Sample.counter(stranger(1)), Sample.counter(stranger(2)))
        try store.write { tx in
            try tx.upsert(Sample.counter(alice))
            #expect(try tx.strangerCounters() == 0)
            try tx.upsert(one)
            try tx.upsert(two)
            try tx.upsert(one)
            #expect(try tx.strangerCounters() == 2)
        }
        #expect(throws: CancellationError.self) {
            try store.write { tx in
                try tx.removeCounter(one.subject, one.kind)
                #expect(try tx.strangerCounters() == 1)
                throw CancellationError()
            }
        }
        #expect(try store.read { try $0.strangerCounters() } == 2)
        try store.write { try $0.removeCounter(one.subject, one.kind) }
        #expect(try store.read { try $0.strangerCounters() } == 1)
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func oldStrangersThatBlockNothingAreForgotten(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        // Blocked until 100 seconds after their last touch.
        let rows = [
            Sample.counter(stranger(1), last: 10), Sample.counter(stranger(2), last: 19),
            Sample.counter(stranger(3), last: 20), Sample.counter(alice, last: 10),
            CounterRow(subject: stranger(4), kind: .codes, firstAt: Sample.now, lastAt: Sample.at(11)),
        ]
        let removed = try store.write { tx in
            for row in rows { try tx.upsert(row) }
            return try tx.removeStrangerCounters(untouchedSince: Sample.at(20), now: Sample.at(118))
        }
        #expect(removed == 2)
        let kept = try store.read { tx in try rows.map { try tx.counter($0.subject, $0.kind) != nil } }
        #expect(kept == [false, true, true, true, false])
        #expect(try store.read { try $0.strangerCounters() } == 2)
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func pendingMarksEndAndTheirChargeStays(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let settled = try store.write { tx in
            try tx.upsert(Sample.counter(alice))
            try tx.upsert(Sample.counter(.stranger(Sample.bytes(1))))
            try tx.upsert(CounterRow(subject: alice, kind: .codes, firstAt: Sample.now, lastAt: Sample.now))
            return try tx.settlePendingCounters()
        }
        #expect(settled == 2)
        let after = try store.read { try $0.counter(alice, .signIn) }
        var expected = Sample.counter(alice)
        expected.isPending = false
        #expect(after == expected)
        #expect(try store.write { try $0.settlePendingCounters() } == 0)
    }
}
