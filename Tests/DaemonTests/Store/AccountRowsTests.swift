import SSPRDomain
import SSPRVocabulary
import Testing

@Suite struct AccountRowsTests {
    @Test(arguments: StoreUnderTest.Kind.allCases)
    func everyFieldComesBack(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        var row = try Sample.account(4, "alice", uid: 1000, role: .globalAdministrator)
        row.target = try TargetName("shadow")
        row.registeredAt = Sample.at(9)
        row.language = try LanguageTag("zh-Hant-419")
        let alice = row
        let bob = try Sample.account((1 << 52) - 1, "bob")
        try store.write { tx in
            try tx.insert(alice)
            try tx.insert(bob)
        }
        try store.read { tx throws in
            #expect(try tx.account(named: alice.name) == alice)
            #expect(try tx.account(alice.id) == alice)
            #expect(try tx.account(uid: 1000) == alice)
            #expect(try tx.account(bob.id) == bob)
            #expect(try tx.account(uid: 0) == nil)
            #expect(try tx.account(named: bob.name, orFrom: .init(random: 0)) == bob)
            let ghost = try AccountName("ghost")
            for (place, found) in [(0, alice), (4, alice), (5, bob), (bob.id.number, bob)] {
                #expect(try tx.account(named: ghost, orFrom: AccountID(random: place)) == found)
            }
            #expect(try tx.account(named: AccountName("Alice")) == nil)
            #expect(try tx.account(AccountID(random: 5)) == nil)
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func updateWritesEveryField(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let before = try Sample.account(4, "alice", uid: 1000)
        let after = AccountRow(
            id: before.id, name: try AccountName("alicia"), uid: nil, role: .administrator, isEnabled: false,
            target: try TargetName("ldap"), addedAt: Sample.at(77), registeredAt: Sample.at(78),
            language: .german)
        try store.write { tx in
            try tx.insert(before)
            try tx.update(after)
        }
        #expect(try store.read { try $0.account(before.id) } == after)
        #expect(try store.read { try $0.account(named: before.name) } == nil)
    }

    /// Whatever names an account goes with it, and nothing of another's.
    @Test(arguments: StoreUnderTest.Kind.allCases)
    func aRemovedAccountLeavesNoRow(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        try store.write { tx in
            for number: UInt64 in [1, 2] {
                try tx.insert(Sample.account(number, "person\(number)"))
                let id = AccountID(random: number)
                try tx.setPasswordVerifier(Sample.verifier(1), of: id)
                try tx.addFormerVerifier(Sample.verifier(2), of: id)
                try tx.insert(Sample.method(number * 10, of: number))
                try tx.insert(Sample.registration(UInt8(number), of: number), now: Sample.now)
                try tx.insert(Sample.enrolment(number, in: UInt8(number), of: number))
                try tx.insert(Sample.recovery(number, handle: UInt8(number), of: number), now: Sample.now)
                try tx.upsert(Sample.code(for: number, choice: 1))
                try tx.insert(Sample.intent(number, of: number, recovery: number))
                try tx.upsert(
                    PassRow(
                        account: id, code: Sample.bytes(UInt8(number)), expiresAt: Sample.at(9), isSpent: false,
                        recovery: nil))
                try tx.upsert(Sample.counter(.account(id)))
            }
            let first = AccountID(random: 1)
            try tx.removeCounters(of: .account(first))
            try tx.remove(first)
        }
        for (number, count) in [(UInt64(1), 0), (2, 1)] {
            let id = AccountID(random: number)
            try store.read { tx throws in
                #expect(try tx.account(id).map { _ in 1 } ?? 0 == count)
                #expect(try tx.passwordVerifier(of: id).map { _ in 1 } ?? 0 == count)
                #expect(try tx.formerVerifiers(of: id, limit: 24).count == count)
                #expect(try tx.methods(of: id).count == count)
                #expect(
                    try tx.registration(handle: Sample.registration(UInt8(number), of: number).handle).map { _ in 1 }
                        ?? 0 == count)
                #expect(try tx.recovery(RecoveryID(random: number)).map { _ in 1 } ?? 0 == count)
                #expect(try tx.code(of: RecoveryID(random: number), choice: 1).map { _ in 1 } ?? 0 == count)
                #expect(try tx.pass(of: id).map { _ in 1 } ?? 0 == count)
                #expect(try tx.counter(.account(id), .signIn).map { _ in 1 } ?? 0 == count)
                #expect(try tx.openIntents().count(where: { $0.account == id }) == count)
            }
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func takenKeysConflictAndChangeNothing(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let alice = try Sample.account(1, "alice", uid: 1000)
        let bob = try Sample.account(2, "bob", uid: 1001)
        try store.write { tx in
            try tx.insert(alice)
            try tx.insert(bob)
        }
        let takers = [
            try Sample.account(1, "carol"), try Sample.account(3, "alice"), try Sample.account(3, "carol", uid: 1000),
        ]
        for taker in takers {
            #expect(throws: RowConflict.self) { try store.write { try $0.insert(taker) } }
        }
        var renamed = bob
        renamed.name = alice.name
        var moved = bob
        moved.uid = alice.uid
        for taker in [renamed, moved] {
            #expect(throws: RowConflict.self) { try store.write { try $0.update(taker) } }
        }
        #expect(try store.read { try $0.accounts(after: nil, limit: 9) } == [alice, bob])
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func aCaughtConflictLeavesTheRestInForce(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let alice = try Sample.account(1, "alice")
        let again = try Sample.account(2, "alice")
        let bob = try Sample.account(3, "bob")
        let hasConflicted = try store.write { tx in
            try tx.insert(alice)
            do { try tx.insert(again) } catch is RowConflict {
                try tx.insert(bob)
                return true
            }
            return false
        }
        #expect(hasConflicted)
        #expect(try store.read { try $0.accounts(after: nil, limit: 9) } == [alice, bob])
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func updatingNobodyIsAnError(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let nobody = try Sample.account(1, "alice")
        #expect(throws: (any Error).self) { try store.write { try $0.update(nobody) } }
        #expect(throws: (any Error).self) {
            try store.write { try $0.setPasswordVerifier(Sample.verifier(1), of: nobody.id) }
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func pagesFollowTheOrderOfNames(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        // Byte order: digits, capitals, the underscore, small letters.
        let names = ["0", "A", "B", "_", "a", "a.b", "ab", "b"]
        try store.write { tx in
            for (number, name) in names.enumerated().reversed() {
                try tx.insert(try Sample.account(UInt64(number), name))
            }
        }
        try store.read { tx throws in
            #expect(try tx.accounts(after: nil, limit: 3).map(\.name.text) == ["0", "A", "B"])
            #expect(try tx.accounts(after: AccountName("B"), limit: 3).map(\.name.text) == ["_", "a", "a.b"])
            #expect(try tx.accounts(after: AccountName("a.c"), limit: 100).map(\.name.text) == ["ab", "b"])
            #expect(try tx.accounts(after: nil, limit: 0).isEmpty)
            #expect(try tx.accounts(after: nil, limit: -1).isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func rolesAreListedApart(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        try store.write { tx in
            try tx.insert(try Sample.account(1, "zoe", role: .globalAdministrator))
            try tx.insert(try Sample.account(2, "ann", role: .globalAdministrator))
            try tx.insert(try Sample.account(3, "bob", role: .administrator))
            try tx.insert(try Sample.account(4, "carol"))
        }
        try store.read { tx throws in
            #expect(try tx.accounts(role: .globalAdministrator).map(\.name.text) == ["ann", "zoe"])
            #expect(try tx.accounts(role: .administrator).map(\.name.text) == ["bob"])
            #expect(try tx.accounts(role: .user).map(\.name.text) == ["carol"])
        }
    }

    @Test(arguments: StoreUnderTest.Kind.allCases)
    func aVerifierReplacesTheOneBefore(_ kind: StoreUnderTest.Kind) throws {
        let store = try StoreUnderTest(kind)
        let alice = try Sample.account(1, "alice")
        try store.write { tx in
            try tx.insert(alice)
            #expect(try tx.passwordVerifier(of: alice.id) == nil)
            try tx.setPasswordVerifier(Sample.verifier(1), of: alice.id)
            try tx.setPasswordVerifier(
                Verifier(passes: 9, memoryKiB: .max, salt: [], tag: [0], pepper: .max), of: alice.id)
        }
        #expect(
            try store.read { try $0.passwordVerifier(of: alice.id) }
                == Verifier(passes: 9, memoryKiB: .max, salt: [], tag: [0], pepper: .max))
    }
}
