import SSPRDomain
import SSPRVocabulary
import Testing

@Suite struct TraceRowsTests {
    private func store(_ kind: StoreUnderTest.Kind) throws -> StoreUnderTest {
        let store = try StoreUnderTest(kind)
        try store.write { tx in
            try tx.insert(try Sample.account(1, "alice"))
            try tx.insert(try Sample.account(2, "bob"))
        }
        return store
    }

    private static let recovery = TraceOrigin.recovery(RecoveryID(random: 9), choice: 2)

    private func trace(
        _ number: UInt64, of account: UInt64? = 1, for origin: TraceOrigin? = recovery, queued: Int64 = 0
    ) -> TraceRow {
        TraceRow(
            delivery: DeliveryID(random: number), account: account.map { AccountID(random: $0) }, origin: origin,
            channel: .sms, kind: .recoveryCode, aim: account == nil ? .nobody : .person, queuedAt: Sample.at(queued),
            expiresAt: Sample.at(queued + 600))
    }

    private func insert(_ tx: any SSPRDomain.Transaction, _ trace: TraceRow, newest: UInt64 = 100) throws {
        try tx.insert(trace, keepingSince: trace.queuedAt + -Timestamp.Span.hours(1), newest: newest)
    }

    private func numbers(_ store: StoreUnderTest) throws -> [UInt64] {
        try store.read { try $0.traces(after: 0, of: nil, limit: 1000) }.map(\.row.delivery.number)
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func everyFieldComesBack(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        let rows = [
            trace(5), trace(6, of: nil), trace(7, for: .enrolment(EnrolmentID(random: 9))), trace(8, for: nil),
        ]
        try store.write { tx in for row in rows { try insert(tx, row) } }
        #expect(try store.read { tx in try rows.map { try tx.trace(of: $0.delivery) } } == rows)
        let after = TraceRow(
            delivery: DeliveryID(random: 5), account: AccountID(random: 2), origin: nil, channel: .voice,
            kind: .passwordReset, aim: .overBudget, queuedAt: Sample.at(1), expiresAt: Sample.at(2), state: .failed,
            reason: .badCertificate, takenAt: Sample.at(3), settledAt: Sample.at(4), attempts: 5)
        try store.write { try $0.update(after) }
        #expect(try store.read { try $0.trace(of: after.delivery) } == after)
        #expect(throws: RowConflict.self) { try store.write { try insert($0, trace(6)) } }
        #expect(throws: (any Error).self) { try store.write { try $0.update(trace(99)) } }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func theOldestOfTheLowestNumbersAreForgotten(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        #expect(try store.read { try $0.oldestTrace() } == nil)
        try store.write { tx in
            // A clock was set back: the third is older than the second.
            for (number, queued): (UInt64, Int64) in [(1, 10), (2, 30), (3, 20), (4, 10)] {
                try insert(tx, trace(number, queued: queued))
            }
        }
        #expect(try store.read { try $0.oldestTrace() } == Sample.at(10))
        try store.write { try $0.removeTraces(queuedBefore: Sample.at(10), atMost: 3) }
        #expect(try numbers(store) == [1, 2, 3, 4], "none is older than the moment itself")
        try store.write { try $0.removeTraces(queuedBefore: Sample.at(25), atMost: 3) }
        #expect(try numbers(store) == [2, 4], "of the three lowest")
        #expect(try store.read { try $0.oldestTrace() } == Sample.at(30))
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func theNewestOfARecoverysChoiceAndOfAnEnrolment(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        let enrolment = TraceOrigin.enrolment(EnrolmentID(random: 9))
        try store.write { tx in
            try insert(tx, trace(3))
            try insert(tx, trace(1))
            try insert(tx, trace(2, for: .recovery(RecoveryID(random: 9), choice: 1)))
            try insert(tx, trace(4, for: enrolment))
        }
        func newest(_ origin: TraceOrigin) throws -> UInt64? {
            try store.read { try $0.newestTrace(for: origin)?.delivery.number }
        }
        #expect(try newest(Self.recovery) == 1 && newest(enrolment) == 4)
        #expect(try newest(.recovery(RecoveryID(random: 9), choice: 3)) == nil)
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func pagesComeInOrder(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        try store.write { tx in
            for number: UInt64 in 1...6 { try insert(tx, trace(10 - number, of: number % 2 + 1)) }
        }
        let first = try store.read { try $0.traces(after: 0, of: nil, limit: 4) }
        #expect(first.map(\.row.delivery.number) == [9, 8, 7, 6])
        let reached = try #require(first.last?.number)
        let rest = try store.read { try $0.traces(after: reached, of: nil, limit: 4) }
        #expect(rest.map(\.row.delivery.number) == [5, 4])
        let ofBob = try store.read { try $0.traces(after: 0, of: AccountID(random: 2), limit: 4) }
        #expect(ofBob.map(\.row.delivery.number) == [9, 7, 5])
        #expect(try store.read { try $0.traces(after: .max, of: nil, limit: 4) }.isEmpty)
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func theOldAndTheTooManyAreForgotten(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        try store.write { tx in
            for number: UInt64 in 1...20 { try insert(tx, trace(number), newest: 10) }
        }
        #expect(try numbers(store) == Array(11...20))
        // Eight at a time, so that no message has to wait for a great sweep.
        try store.write { try insert($0, trace(21, queued: 3601)) }
        #expect(try numbers(store) == Array(19...21))
        try store.write { try insert($0, trace(22, queued: 3601)) }
        #expect(try numbers(store) == [21, 22])
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func howAChannelDoesIsKept(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        let rows = [
            ChannelRow(channel: .email, isWorking: true, usual: nil),
            ChannelRow(channel: .email, isWorking: false, usual: .seconds(3)),
        ]
        for row in rows {
            try store.write { try $0.upsert(row) }
            #expect(try store.read { try $0.channel(.email) } == row)
        }
        #expect(try store.read { try $0.channel(.sms) } == nil)
    }
}
