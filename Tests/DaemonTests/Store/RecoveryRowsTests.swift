import SSPRDomain
import SSPRVocabulary
import Testing

@Suite struct RecoveryRowsTests {
    private func store(_ kind: StoreUnderTest.Kind) throws -> StoreUnderTest {
        let store = try StoreUnderTest(kind)
        try store.write { tx in
            try tx.insert(try Sample.account(1, "alice"))
            try tx.insert(try Sample.account(2, "bob"))
        }
        return store
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func everyFieldComesBack(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        let real = Sample.recovery(5, handle: 1, of: 1)
        let decoy = Sample.recovery(6, handle: 2)
        try store.write { tx in
            try tx.insert(real, now: Sample.now)
            try tx.insert(decoy, now: Sample.now)
        }
        try store.read { tx throws in
            #expect(try tx.recovery(handle: Sample.bytes(1)) == real)
            #expect(try tx.recovery(real.id) == real)
            #expect(try tx.recovery(handle: Sample.bytes(2)) == decoy)
            #expect(try tx.recovery(handle: Sample.bytes(3)) == nil)
            #expect(try tx.recovery(grant: Sample.bytes(4)) == nil)
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func updateWritesEveryField(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        let after = RecoveryRow(
            id: RecoveryID(random: 5), handle: Sample.bytes(9), account: AccountID(random: 2),
            subject: .account(AccountID(random: 2)), purpose: .reset, peer: 0, begunAt: Sample.at(-1),
            expiresAt: Sample.at(-2), proofsNeeded: .max, offers: [], isEligible: false, state: .void, proven: [],
            drawn: [.max], grant: Sample.bytes(8), grantTries: .max, policy: .max)
        try store.write { tx in
            try tx.insert(Sample.recovery(5, handle: 1, of: 1), now: Sample.now)
            try tx.update(after)
        }
        #expect(try store.read { try $0.recovery(after.id) } == after)
        #expect(try store.read { try $0.recovery(grant: Sample.bytes(8)) } == after)
        #expect(try store.read { try $0.recovery(handle: Sample.bytes(1)) } == nil)
        #expect(throws: (any Error).self) { try store.write { try $0.update(Sample.recovery(6, handle: 1)) } }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func invariant_I37_aVerificationIsFoundByItsPeerInItsTime(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let row = Sample.recovery(5, handle: 5, of: 1, state: .granted, purpose: .verify)
        try store.write { tx in
            for number in [UInt64(1), 2] { try tx.insert(try Sample.account(number, "a\(number)")) }
            // Neither a grant of another purpose nor a verification that is not proven is one.
            try tx.insert(Sample.recovery(3, handle: 3, of: 1, state: .granted), now: Sample.now)
            try tx.insert(Sample.recovery(4, handle: 4, of: 1, purpose: .verify), now: Sample.now)
            try tx.insert(row, now: Sample.now)
        }
        func found(_ account: UInt64, _ peer: UInt32, _ moment: Int64) throws -> RecoveryRow? {
            try store.read { try $0.verification(of: AccountID(random: account), by: peer, at: Sample.at(moment)) }
        }
        #expect(try found(1, 1001, 899) == row)
        #expect(try found(1, 1001, 900) == nil)
        #expect(try found(1, 1002, 899) == nil)
        #expect(try found(2, 1001, 899) == nil)
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func handlesAndGrantsAreUnique(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        var second = Sample.recovery(6, handle: 2)
        second.grant = Sample.bytes(8)
        try store.write { [second] tx in
            var first = Sample.recovery(5, handle: 1)
            first.grant = Sample.bytes(7)
            try tx.insert(first, now: Sample.now)
            try tx.insert(second, now: Sample.now)
        }
        second.grant = Sample.bytes(7)
        #expect(throws: RowConflict.self) { try store.write { [second] in try $0.update(second) } }
        #expect(throws: RowConflict.self) {
            try store.write { try $0.insert(Sample.recovery(7, handle: 1), now: Sample.now) }
        }
        #expect(throws: RowConflict.self) {
            try store.write { try $0.insert(Sample.recovery(5, handle: 3), now: Sample.now) }
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func voidingSparesTheKeptTheEndedAndTheOthers(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        let states: [RecoveryState] = [.open, .granted, .taken, .finished, .cancelled, .void, .abandoned]
        try store.write { tx in
            for (index, state) in states.enumerated() {
                try tx.insert(
                    Sample.recovery(UInt64(index), handle: UInt8(index), of: 1, state: state), now: Sample.now)
            }
            try tx.insert(Sample.recovery(50, handle: 50, of: 1), now: Sample.now)
            try tx.insert(Sample.recovery(51, handle: 51, of: 2), now: Sample.now)
            try tx.insert(Sample.recovery(52, handle: 52), now: Sample.now)
            let ended = try tx.voidRecoveries(of: AccountID(random: 1), except: RecoveryID(random: 50))
            #expect(ended == [RecoveryID(random: 0), RecoveryID(random: 1)])
        }
        let after = try store.read { tx in
            try [0, 1, 2, 3, 4, 5, 6, 50, 51, 52].map { try tx.recovery(RecoveryID(random: $0))?.state }
        }
        #expect(after == [.void, .void, .taken, .finished, .cancelled, .void, .abandoned, .open, .open, .open])
        try store.write { _ = try $0.voidRecoveries(of: AccountID(random: 1), except: nil) }
        #expect(try store.read { try $0.recovery(RecoveryID(random: 50))?.state } == .void)
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func aNewRecoveryForgetsTheLongExpired(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        let day: Int64 = 24 * 3600
        try store.write { tx in
            try tx.insert(Sample.recovery(1, handle: 1, of: 1, expires: 10, state: .finished), now: Sample.now)
            try tx.insert(Sample.recovery(2, handle: 2, of: 1, expires: 11, state: .finished), now: Sample.now)
            try tx.insert(Sample.recovery(3, handle: 3, of: 1, expires: 10, state: .void), now: Sample.now)
            try tx.insert(Sample.recovery(4, handle: 4, expires: 10, state: .abandoned), now: Sample.now)
            for recovery: UInt64 in 1...4 { try tx.upsert(Sample.code(for: recovery, choice: 1)) }
            // The third owes an outcome; the first has one.
            try tx.insert(try Sample.intent(30, of: 1, recovery: 3))
            var settled = try Sample.intent(31, of: 1, recovery: 1)
            settled.outcome = .unchanged
            try tx.insert(settled)
            try tx.insert(Sample.recovery(5, handle: 5, of: 1), now: Sample.at(day + 11))
        }
        let kept = try store.read { tx in
            try (UInt64(1)...5).map { number in
                let id = RecoveryID(random: number)
                return [try tx.recovery(id) != nil, try tx.code(of: id, choice: 1) != nil]
            }
        }
        #expect(kept == [[false, false], [true, true], [true, true], [false, false], [true, false]])
        #expect(try store.read { try $0.intent(OrderID(random: 31)) }?.recovery == RecoveryID(random: 1))
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func invariant_I47_whoseEndNobodyHasToldStays(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        try store.write { tx in
            for (number, state) in [(UInt8(6), RecoveryState.open), (7, .granted), (8, .taken), (9, .void)] {
                try tx.insert(
                    Sample.recovery(UInt64(number), handle: number, expires: 10, state: state), now: Sample.now)
            }
            try tx.insert(Sample.recovery(5, handle: 5, of: 1), now: Sample.at(3 * 24 * 3600))
        }
        let kept = try store.read { tx in
            try (UInt64(6)...9).map { try tx.recovery(RecoveryID(random: $0)) != nil }
        }
        #expect(kept == [true, true, true, false])
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func invariant_I47_theUnfinishedAreFoundWhenTheirTimeIsOver(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        let states: [RecoveryState] = [.open, .granted, .taken, .finished, .cancelled, .void, .abandoned, .taken]
        try store.write { tx in
            for (index, state) in states.enumerated() {
                let number = UInt8(index + 1)
                try tx.insert(
                    Sample.recovery(UInt64(number), handle: number, of: 1, expires: 20 - Int64(number), state: state),
                    now: Sample.now)
            }
            // The last one waits for what its order comes to.
            try tx.insert(try Sample.intent(30, of: 1, recovery: 8))
        }
        func found(_ now: Int64, _ left: Int64, _ limit: Int = 9) throws -> [UInt64] {
            try store.read { tx in
                try tx.unfinishedRecoveries(at: Sample.at(now), takenUntil: Sample.at(left), limit: limit)
                    .map(\.id.number)
            }
        }
        #expect(try found(17, 17) == [3])
        #expect(try found(18, 16) == [2])
        #expect(try found(19, 16) == [2, 1])
        #expect(try found(19, 17) == [3, 2, 1])
        #expect(try found(19, 17, 2) == [3, 2])
        #expect(try found(99, 99) == [3, 2, 1])
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func aNewerCodeReplacesTheOneBefore(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        let newer = CodeRow(
            recovery: RecoveryID(random: 5), choice: 1, code: Sample.bytes(3), sentAt: Sample.at(40),
            expiresAt: Sample.at(41), tries: 9, isSpent: true)
        try store.write { tx in
            try tx.insert(Sample.recovery(5, handle: 1), now: Sample.now)
            try tx.upsert(Sample.code(for: 5, choice: 1))
            try tx.upsert(Sample.code(for: 5, choice: 2))
            #expect(try tx.code(of: RecoveryID(random: 5), choice: 1) == Sample.code(for: 5, choice: 1))
            try tx.upsert(newer)
        }
        try store.read { tx throws in
            #expect(try tx.code(of: RecoveryID(random: 5), choice: 1) == newer)
            #expect(try tx.code(of: RecoveryID(random: 5), choice: 2) == Sample.code(for: 5, choice: 2))
            #expect(try tx.code(of: RecoveryID(random: 5), choice: 3) == nil)
        }
        #expect(throws: (any Error).self) { try store.write { try $0.upsert(Sample.code(for: 6, choice: 1)) } }
    }
}
