import SSPRDomain
import SSPRVocabulary
import Testing

/// Taking back a new password that its owner did not choose (feature F4).
@Suite("Undo") struct UndoTests {
    let world = World()

    @Test func invariant_I35_thePasswordFromBeforeReturnsAndNothingElseIsLeftOpen() throws {
        let alice = try world.enrol("alice")
        let (head, root) = try (
            world.enrol("head", role: .globalAdministrator), world.enrol("root", role: .globalAdministrator)
        )
        let code = try world.resetCode(alice)
        let begun = try world.begun(alice)
        #expect(try world.house.undo.undo(alice.name, code, by: World.helper))
        try world.signIn(alice)
        #expect(throws: Refusal.refused) { try world.signIn(alice, World.newPassword) }
        // The password that was taken back is one that was.
        #expect(throws: Refusal.password(.usedBefore)) {
            try world.change(alice, from: alice.password, to: World.newPassword)
        }
        // What was under way is void, and no method proves anything.
        #expect(throws: Refusal.refused) { try world.sendCode(begun.handle) }
        #expect(try world.store.read { try $0.methods(of: alice.id).allSatisfy(\.isDisabled) })
        #expect(try world.events(.methodDisabled).map(\.reason) == [.disputed, .disputed])
        #expect(try world.events(.passwordUndone).map(\.outcome) == [.succeeded])
        let mail = try world.mail()
        #expect(
            Set(mail.map { "\($0.row.kind) \($0.recipient.text)" }) == [
                "passwordUndone \(alice.email.text)", "takeoverReported \(head.email.text)",
                "takeoverReported \(root.email.text)",
            ])
        #expect(mail.allSatisfy { $0.code == nil && $0.account == alice.name })
    }

    @Test func invariant_I36_aCodeIsGoodOnceInItsTimeForItsAccount() throws {
        let (alice, bob) = try (world.enrol("alice"), world.enrol("bob"))
        let code = try world.resetCode(alice)
        #expect(throws: Refusal.refused) { try world.house.undo.undo(bob.name, code, by: World.helper) }
        #expect(throws: Refusal.refused) {
            try world.house.undo.undo(alice.name, OneTimeCode(number: 0, digits: 8), by: World.helper)
        }
        try world.signIn(alice, World.newPassword)
        _ = try world.house.undo.undo(alice.name, code, by: World.helper)
        #expect(throws: Refusal.refused) { try world.house.undo.undo(alice.name, code, by: World.helper) }
        // An invented code and one that is used up leave nothing.
        #expect(try world.events(.passwordUndone).map(\.reason) == [.wrongSecret, nil])

        let late = try world.resetCode(bob)
        world.ambient.advance(.hours(24))
        #expect(throws: Refusal.refused) { try world.house.undo.undo(bob.name, late, by: World.helper) }
        #expect(try world.events(.passwordUndone).last?.reason == .expired)
        try world.signIn(bob, World.newPassword)
    }

    /// Whoever changes the password again and again pushes out no way back, and is not helped by the codes of the changes in between.
    @Test func invariant_I36_theOldestWaysBackStay() throws {
        let alice = try world.add("alice")
        try world.addEmail(alice)
        try world.mail()
        var codes: [OneTimeCode?] = []
        var current = alice.password
        for number in 0..<10 {
            world.ambient.advance(.minutes(1))
            let next = "a pass phrase with the number \(number)"
            try world.change(alice, from: current, to: next)
            current = next
            codes.append(try world.mail().first?.code)
        }
        #expect(codes.map { $0 != nil } == [Bool](repeating: true, count: 8) + [false, false])
        // Back to before the third change: what came after it can lead nowhere any more.
        _ = try world.house.undo.undo(alice.name, #require(codes[2]), by: World.helper)
        try world.signIn(alice, "a pass phrase with the number 1")
        for code in codes[2...].compactMap(\.self) {
            #expect(throws: Refusal.refused) { try world.house.undo.undo(alice.name, code, by: World.helper) }
        }
        _ = try world.house.undo.undo(alice.name, #require(codes[0]), by: World.helper)
        try world.signIn(alice)
    }

    @Test func onlyMailCarriesACode() throws {
        let world = World(policy: Policy(phonesEnabled: true))
        let alice = try world.enrol("alice")
        try world.addPhone(alice, .mobilePhone, "+4915112345678")
        try world.mail()
        try world.change(alice, from: alice.password, to: World.newPassword)
        let mail = try world.mail()
        #expect(Set(mail.map { "\($0.row.channel) \($0.code != nil)" }) == ["email true", "sms false"])
        #expect(mail.first { $0.code != nil }?.codeExpiresAt == world.now + .hours(24))
    }

    @Test func aHouseMayDoWithout() throws {
        var policy = Policy()
        policy.undoLife = .seconds(0)
        let world = World(policy: policy)
        let alice = try world.enrol("alice")
        try world.change(alice, from: alice.password, to: World.newPassword)
        #expect(try world.mail().map(\.code?.written) == [nil])
    }

    @Test func whereADirectoryHoldsThePasswordItStays() throws {
        let target = try TargetName("directory")
        let alice = try world.add("alice", target: target)
        let code = OneTimeCode(.recoveryCode, random: [UInt8](repeating: 9, count: 28))
        // As it is noted when a directory has taken a new password.
        let now = world.now
        try world.store.write { tx in
            try tx.insert(
                UndoRow(
                    code: FakeTags().tag(.code, code.secret, context: Array("undo".utf8)), account: alice.id,
                    changedAt: now, expiresAt: now + .hours(1),
                    previous: Verifier(passes: 1, memoryKiB: 8, salt: [1], tag: [2], pepper: 1)),
                now: now)
        }
        #expect(try !world.house.undo.undo(alice.name, code, by: World.helper))
        #expect(try world.store.read { try $0.passwordVerifier(of: alice.id) } == nil)
        #expect(try world.events(.passwordUndone).map(\.outcome) == [.succeeded])
    }
}

extension World {
    /// Resets a password; returns the code of the notice.
    fileprivate func resetCode(_ person: Person) throws -> OneTimeCode {
        let grant = try grant(person)
        try mail()
        try reset(person, grant).reply()
        let code = try #require(try mail().first { $0.row.kind == .passwordReset }?.code)
        try signIn(person, Self.newPassword)
        return code
    }

    fileprivate func change(_ person: Person, from old: String, to new: String) throws {
        try run {
            try house.signIn.change(person.name, current: Secret(text: old), new: Secret(text: new), by: Self.helper)
        }
    }
}
