import SSPRDomain
import SSPRVocabulary
import Testing

@testable import SSPRStore

/// What was so, and what is kept of it.
@Suite struct PastRowsTests {
    private let ambient = FakeAmbient()

    init() { turn(to: 0) }

    private func open() throws -> SQLiteStore { try TemporaryState().open { [ambient] in ambient.now } }

    private func turn(to seconds: Int64) { ambient.turn(to: Sample.at(seconds)) }

    /// Of the changes of one moment the last counts, and what came and went in one moment never was.
    @Test func aMomentIsAsItsLastChangeLeftIt() throws {
        let store = try open()
        var alice = try Sample.account(1, "alice")
        let bob = try Sample.account(2, "bob")
        turn(to: 1)
        try store.write { [alice] tx in
            try tx.insert(alice)
            try tx.insert(bob)
            try tx.remove(bob.id)
        }
        turn(to: 5)
        for isEnabled in [false, true, false] {
            alice.isEnabled = isEnabled
            try store.write { [alice] in try $0.update(alice) }
        }
        turn(to: 9)
        try store.write { [alice] in try $0.remove(alice.id) }
        turn(to: 20)
        func wasEnabled(_ seconds: Int64) throws -> Bool? {
            try store.read(asOf: Sample.at(seconds)) { try $0.account(named: alice.name)?.isEnabled }
        }
        #expect(try [0, 1, 4, 5, 8, 9, 15].map(wasEnabled) == [nil, true, true, false, false, nil, nil])
        #expect(try store.read(asOf: Sample.at(1)) { try $0.account(named: bob.name) } == nil)
    }

    /// Whatever one change does it does in one moment, also where the clock goes on meanwhile.
    @Test func invariant_I50_aChangeHappensInOneMoment() throws {
        let store = try TemporaryState().open { [ambient] in
            ambient.advance(.seconds(1))
            return ambient.now
        }
        var alice = try Sample.account(1, "alice")
        try store.write { [alice] in try $0.insert(alice) }
        alice.isEnabled = false
        try store.write { [alice] in
            try $0.update(alice)
            try $0.insert(Sample.method(5, of: 1))
        }
        let seen = try (0...20).compactMap { second -> [Bool]? in
            try store.read(asOf: Sample.at(second)) { tx in
                guard let row = try tx.account(named: alice.name) else { return nil }
                return [row.isEnabled, try tx.methods(of: row.id).isEmpty]
            }
        }
        #expect(Set(seen) == [[true, true], [false, false]])
    }

    /// No address, number, key or code is kept, and none is shown of what is still there.
    @Test func nothingSecretIsRead() throws {
        let store = try open()
        turn(to: 10)
        try store.write { tx in
            try tx.insert(try Sample.account(1, "alice"))
            try tx.insert(Sample.method(5, of: 1))
            try tx.insert(Sample.method(6, of: 1))
            try tx.upsert(
                PassRow(
                    account: AccountID(random: 1), code: Sample.bytes(3), expiresAt: Sample.at(90), isSpent: false,
                    recovery: nil))
        }
        turn(to: 20)
        try store.write { try $0.remove(MethodID(random: 5)) }
        try store.read(asOf: Sample.at(15)) { tx in
            let methods = try tx.methods(of: AccountID(random: 1))
            #expect(methods.map(\.id) == [MethodID(random: 5), MethodID(random: 6)])
            #expect(methods.allSatisfy { $0.payload.bytes.isEmpty })
            #expect(try tx.pass(of: AccountID(random: 1))?.code == [])
        }
        #expect(try store.read { try $0.methods(of: AccountID(random: 1)).first?.payload.bytes.isEmpty } == false)
    }

    /// Made-up names must not fill the disk (attack F6).
    @Test func attack_F6_nothingIsKeptOfStrangers() throws {
        let store = try open()
        let (known, stranger) = (SubjectKey.account(AccountID(random: 1)), SubjectKey.stranger(Sample.bytes(9)))
        for second in 1...6 {
            turn(to: Int64(second))
            try store.write { tx in
                for subject in [known, stranger] {
                    try tx.upsert(
                        CounterRow(
                            subject: subject, kind: .recovery, count: UInt32(second), firstAt: Sample.at(1),
                            lastAt: Sample.at(Int64(second))))
                }
            }
        }
        func counts(_ subject: SubjectKey) throws -> [UInt32?] {
            try (0...9).map { second in
                try store.read(asOf: Sample.at(second)) { try $0.counter(subject, .recovery)?.count }
            }
        }
        turn(to: 9)
        #expect(try counts(known) == [nil, 1, 2, 3, 4, 5, 6, 6, 6, 6])
        #expect(try counts(stranger) == [nil] + [UInt32?](repeating: 6, count: 9), "only what is so")
        try store.write { tx in
            for subject in [known, stranger] { try tx.removeCounters(of: subject) }
        }
        #expect(try counts(known) == [nil, 1, 2, 3, 4, 5, 6, 6, 6, nil])
        #expect(try counts(stranger) == [UInt32?](repeating: nil, count: 10))
    }

    /// However many former rows there are, of one account or of all, an index finds the one that counts.
    @Test(arguments: [
        "SELECT id FROM accounts WHERE name = 'a'",
        "SELECT id FROM methods WHERE account = 1 ORDER BY confirmed_at, id",
        "SELECT name FROM group_members JOIN groups ON id = group_id WHERE account = 1",
        "SELECT EXISTS (SELECT 1 FROM seats WHERE account = 1)", "SELECT code FROM passes WHERE account = 1",
        "SELECT count FROM counters WHERE subject = x'01' AND kind = 2",
    ])
    func nothingIsReadThrough(_ question: String) throws {
        let plan: [String] = try open().read(asOf: Sample.at(0)) { tx in
            let connection = try #require(tx as? SQLiteSnapshot).connection
            return try connection.all("EXPLAIN QUERY PLAN \(question)") { row in
                for _ in 0..<3 { _ = try row.integer() }
                return try row.text()
            }
        }
        #expect(plan.contains { $0.contains("later USING") } && plan.contains { $0.contains("sooner USING") })
        for step in plan {
            // What the view itself found may be walked.
            #expect(!["present", "past", "later", "sooner"].contains { step.contains("SCAN \($0)") }, "\(step)")
            guard step.contains("later USING") || step.contains("sooner USING") else { continue }
            #expect(step.contains("ended_at>?"), "\(step)")
        }
    }

    /// What began or ended by a clock that was ahead did so, at the latest, when it was set back.
    @Test func invariant_I50_nothingBeganOrEndedInTheFuture() throws {
        let store = try open()
        var alice = try Sample.account(1, "alice")
        let staff = GroupRow(id: GroupID(random: 7), name: try GroupName("staff"), addedAt: Sample.at(1))
        turn(to: 1)
        try store.write { [alice] in
            try $0.insert(alice)
            try $0.insert(staff)
        }
        turn(to: 5000)
        alice.isEnabled = false
        try store.write { [alice] in
            try $0.update(alice)
            _ = try $0.join(staff.id, alice.id)
        }
        try store.write { try $0.move(with: ClockJump(from: Sample.at(5000), to: Sample.at(100))) }
        turn(to: 200)
        func wasEnabled(_ seconds: Int64) throws -> Bool? {
            try store.read(asOf: Sample.at(seconds)) { try $0.account(named: alice.name)?.isEnabled }
        }
        func groups(_ seconds: Int64) throws -> [GroupName] {
            try store.read(asOf: Sample.at(seconds)) { try $0.groups(of: alice.id) }
        }
        #expect(try [50, 99, 100, 150].map(wasEnabled) == [true, true, false, false])
        #expect(try [50, 99, 100, 150].map(groups) == [[], [], [staff.name], [staff.name]])
    }
}
