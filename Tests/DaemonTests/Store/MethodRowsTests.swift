import SSPRDomain
import SSPRVocabulary
import Testing

@Suite struct MethodRowsTests {
    private func store(_ kind: StoreUnderTest.Kind) throws -> StoreUnderTest {
        let store = try StoreUnderTest(kind)
        try store.write { tx in
            try tx.insert(try Sample.account(1, "alice"))
            try tx.insert(try Sample.account(2, "bob"))
        }
        return store
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func methodsComeBackOldestFirst(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        let rows = [
            Sample.method(9, of: 1, confirmed: 1), Sample.method(3, of: 1, kind: .totp, confirmed: 2),
            Sample.method(4, of: 1, kind: .questions, confirmed: 2),
        ]
        try store.write { tx in
            for row in rows.reversed() { try tx.insert(row) }
            try tx.insert(Sample.method(5, of: 2))
        }
        try store.read { tx throws in
            #expect(try tx.methods(of: AccountID(random: 1)) == rows)
            #expect(try tx.method(MethodID(random: 3)) == rows[1])
            #expect(try tx.method(MethodID(random: 8)) == nil)
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func theNextAccountWithMethodsIsFound(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        try store.write { tx in
            for (id, name) in [(3, "alice"), (5, "bob"), (7, "carl")] as [(UInt64, String)] {
                try tx.insert(try Sample.account(id, name))
            }
            for (id, account) in [(1, 7), (2, 7), (3, 3)] as [(UInt64, UInt64)] {
                try tx.insert(Sample.method(id, of: account))
            }
        }
        try store.read { tx throws in
            for (place, found) in [(0, 3), (3, 3), (4, 7), (7, 7), (8, nil)] as [(UInt64, UInt64?)] {
                let id = try tx.accountWithMethods(from: AccountID(random: place))
                #expect(id == found.map { AccountID(random: $0) })
            }
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func updateWritesEveryField(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        let after = MethodRow(
            id: MethodID(random: 7), account: AccountID(random: 2), kind: .totp, payload: Sealed(key: 1, bytes: []),
            confirmedAt: Sample.at(50), usableFrom: Sample.at(51), floor: 1, isDisabled: true,
            reviewedAt: Sample.at(52))
        try store.write { tx in
            try tx.insert(Sample.method(7, of: 1))
            try tx.update(after)
        }
        #expect(try store.read { try $0.method(after.id) } == after)
        #expect(throws: (any Error).self) { try store.write { try $0.update(Sample.method(8, of: 1)) } }
        #expect(throws: RowConflict.self) { try store.write { try $0.insert(Sample.method(7, of: 1)) } }
        #expect(throws: (any Error).self) { try store.write { try $0.insert(Sample.method(9, of: 99)) } }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func answersGoWithTheirMethod(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        let answers = [3, 1, 2].map {
            AnswerRow(method: MethodID(random: 7), question: $0, verifier: Sample.verifier(UInt8($0)))
        }
        let other = AnswerRow(method: MethodID(random: 8), question: 1, verifier: Sample.verifier(9))
        try store.write { tx in
            try tx.insert(Sample.method(7, of: 1, kind: .questions))
            try tx.insert(Sample.method(8, of: 2, kind: .questions))
            for answer in answers + [other] { try tx.insert(answer) }
        }
        #expect(try store.read { try $0.answers(of: MethodID(random: 7)) } == [answers[1], answers[2], answers[0]])
        #expect(throws: RowConflict.self) { try store.write { try $0.insert(other) } }
        try store.write { try $0.remove(MethodID(random: 7)) }
        #expect(try store.read { try $0.answers(of: MethodID(random: 7)) }.isEmpty)
        #expect(try store.read { try $0.method(MethodID(random: 7)) } == nil)
        #expect(try store.read { try $0.answers(of: MethodID(random: 8)) } == [other])
        #expect(throws: (any Error).self) { try store.write { try $0.insert(answers[0]) } }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func registrationsAndEnrolmentsComeBack(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        var registration = Sample.registration(1, of: 1)
        var enrolment = Sample.enrolment(5, in: 1, of: 1)
        try store.write { [registration, enrolment] tx in
            try tx.insert(registration, now: Sample.now)
            try tx.insert(enrolment)
            #expect(try tx.registration(handle: registration.handle) == registration)
            #expect(try tx.enrolment(enrolment.id) == enrolment)
            #expect(try tx.enrolments(of: registration.handle) == [enrolment])
            #expect(try tx.enrolments(of: Sample.bytes(9)).isEmpty)
        }
        registration.isFull = true
        enrolment.code = Sample.bytes(0x44)
        enrolment.tries = 4
        try store.write { [registration, enrolment] tx in
            try tx.update(registration)
            try tx.update(enrolment)
        }
        #expect(try store.read { try $0.registration(handle: Sample.bytes(1)) } == registration)
        #expect(try store.read { try $0.enrolment(EnrolmentID(random: 5)) } == enrolment)
        #expect(try store.read { try $0.registration(handle: Sample.bytes(2)) } == nil)
        try store.write { try $0.remove(EnrolmentID(random: 5)) }
        #expect(try store.read { try $0.enrolment(EnrolmentID(random: 5)) } == nil)
        #expect(throws: (any Error).self) { try store.write { try $0.update(Sample.enrolment(5, in: 1, of: 1)) } }
        #expect(throws: (any Error).self) { try store.write { try $0.update(Sample.registration(9, of: 1)) } }
        #expect(throws: (any Error).self) { try store.write { try $0.insert(Sample.enrolment(6, in: 9, of: 1)) } }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func aNewRegistrationForgetsTheExpired(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        try store.write { tx in
            try tx.insert(Sample.registration(1, of: 1, expires: 10), now: Sample.now)
            try tx.insert(Sample.registration(2, of: 2, expires: 11), now: Sample.now)
            try tx.insert(Sample.enrolment(5, in: 1, of: 1))
            try tx.insert(Sample.enrolment(6, in: 2, of: 2))
            // Expires at 11, and 11 is not before 11.
            try tx.insert(Sample.registration(3, of: 1), now: Sample.at(11))
        }
        try store.read { tx throws in
            #expect(try tx.registration(handle: Sample.bytes(1)) == nil)
            #expect(try tx.enrolment(EnrolmentID(random: 5)) == nil)
            #expect(try tx.registration(handle: Sample.bytes(2)) != nil)
            #expect(try tx.enrolment(EnrolmentID(random: 6)) != nil)
            #expect(try tx.registration(handle: Sample.bytes(3)) != nil)
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func anAccountsRegistrationsGoTogether(_ kind: StoreUnderTest.Kind) throws {
        let store = try store(kind)
        try store.write { tx in
            try tx.insert(Sample.registration(1, of: 1), now: Sample.now)
            try tx.insert(Sample.registration(2, of: 1), now: Sample.now)
            try tx.insert(Sample.registration(3, of: 2), now: Sample.now)
            try tx.insert(Sample.enrolment(5, in: 2, of: 1))
            try tx.insert(Sample.enrolment(6, in: 3, of: 2))
            try tx.removeRegistrations(of: AccountID(random: 1))
        }
        try store.read { tx throws in
            #expect(try tx.registration(handle: Sample.bytes(1)) == nil)
            #expect(try tx.registration(handle: Sample.bytes(2)) == nil)
            #expect(try tx.enrolment(EnrolmentID(random: 5)) == nil)
            #expect(try tx.registration(handle: Sample.bytes(3)) != nil)
            #expect(try tx.enrolment(EnrolmentID(random: 6)) != nil)
        }
    }
}
