import SSPRDomain
import SSPRVocabulary
import Testing

/// What the help desk may do, and what it must do before (feature F4).
@Suite("Help desk") struct HelpDeskTests {
    let world = World(policy: Policy(phonesEnabled: true, devicesEnabled: true, passesEnabled: true))

    @Test func invariant_I37_aPassIsIssuedToACallerWhoIsVerified() throws {
        let alice = try world.enrol("alice")
        #expect(throws: Refusal.unverified) { try world.handOutPass(alice) }
        let begun = try world.house.helpDesk.verify(alice.name, by: World.helpDesk)
        // The address can be asked; the app's code is told to nobody on the telephone.
        #expect(begun.methods.map(\.kind) == [.email])
        #expect(begun.proofsNeeded == 1)
        #expect(throws: Refusal.unverified) { try world.handOutPass(alice) }
        try world.proveByMail(begun)
        // It is this peer's knowledge, and good for one pass.
        #expect(throws: Refusal.unverified) { try world.handOutPass(alice, by: EventActor(uid: 37, role: .helpdesk)) }
        try world.handOutPass(alice)
        #expect(throws: Refusal.unverified) { try world.handOutPass(alice) }
        let issued = try world.events(.passIssued)
        #expect(issued.map(\.reason) == [.unverified, .unverified, .unverified, nil, .unverified])
        #expect(try issued[3].recovery == world.events(.callerVerified).first?.recovery)
        #expect(try world.events(.callerAsked).count == 1)
        #expect(try world.events(.recoveryBegun).isEmpty && world.events(.recoveryGranted).isEmpty)
    }

    @Test func invariant_I37_theVerificationEndsWithItsTime() throws {
        let alice = try world.enrol("alice")
        try world.proveByMail(world.house.helpDesk.verify(alice.name, by: World.helpDesk))
        world.ambient.advance(.minutes(15))
        #expect(throws: Refusal.unverified) { try world.handOutPass(alice) }
    }

    @Test func attack_A10_aMethodThatGoesTakesItsVerificationWithIt() throws {
        let world = World(policy: Policy(phonesEnabled: true, passesEnabled: true))
        let alice = try world.enrol("alice")
        try world.addPhone(alice, .mobilePhone, "+4915112345678")
        world.ambient.advance(.hours(49))
        try world.mail()
        try world.proveByMail(world.house.helpDesk.verify(alice.name, by: World.helpDesk))
        let email = try #require(try world.store.read { try $0.methods(of: alice.id).first { $0.kind == .email } })
        _ = try world.house.registration.remove(world.open(alice, isFull: true), email.id, by: World.helper)
        #expect(throws: Refusal.unverified) { try world.handOutPass(alice) }
    }

    @Test func invariant_I37_whatTheCallerIsSentIsNoProofOfAnythingElse() throws {
        let alice = try world.enrol("alice")
        let begun = try world.house.helpDesk.verify(alice.name, by: World.helpDesk)
        let recovery = try world.begin(alice)
        _ = try world.sendCode(recovery)
        _ = try world.house.recovery.send(begun.handle, 1, by: World.helpDesk)
        let message = try #require(try world.mail().last)
        #expect(message.row.kind == .helpDeskCode)
        let code = try #require(message.code)
        #expect(throws: Refusal.refused) { try world.answer(recovery, 1, code) }
        let grant = try #require(
            try world.house.recovery.answer(begun.handle, 1, code: code, by: World.helpDesk).grant)
        // Nor does it set a password, unlock or manage, for whomever.
        for actor in [World.helper, World.helpDesk] {
            #expect(throws: Refusal.refused) {
                try world.run {
                    try world.house.recovery.reset(alice.name, grant, Secret(text: World.newPassword), by: actor)
                }
            }
            #expect(throws: Refusal.refused) {
                try world.run { try world.house.recovery.unlock(alice.name, grant, by: actor) }
            }
        }
        #expect(throws: Refusal.malformed) { try world.begun(alice, .verify) }
        try world.signIn(alice)
    }

    @Test func invariant_I37_wrongCodesThereBlockNoRecoveryAndABlockNoCall() throws {
        let alice = try world.enrol("alice")
        let begun = try world.house.helpDesk.verify(alice.name, by: World.helpDesk)
        _ = try world.house.recovery.send(begun.handle, 1, by: World.helpDesk)
        let code = try world.mailedCode()
        for _ in 0..<5 {
            #expect(throws: Refusal.refused) {
                try world.house.recovery.answer(begun.handle, 1, code: code.spoiled, by: World.helpDesk)
            }
        }
        #expect(throws: (any Error).self) {
            try world.house.recovery.answer(begun.handle, 1, code: code, by: World.helpDesk)
        }
        #expect(try world.events(.recoveryBlocked).isEmpty)
        _ = try world.begin(alice)

        let bob = try world.enrol("bob")
        let recovery = try world.begin(bob)
        let sent = try world.sendCode(recovery)
        for _ in 0..<5 { #expect(throws: Refusal.refused) { try world.answer(recovery, 1, sent.spoiled) } }
        #expect(throws: (any Error).self) { try world.begin(bob) }
        try world.mail()
        try world.proveByMail(world.house.helpDesk.verify(bob.name, by: World.helpDesk))
        try world.handOutPass(bob)
    }

    @Test func invariant_I38_administratorsAreNotTheHelpDesksToLetIn() throws {
        let root = try world.enrol("root", role: .administrator)
        let begun = try world.house.helpDesk.verify(root.name, by: World.helpDesk)
        #expect(begun.proofsNeeded == 2)
        #expect(throws: Refusal.refused) { try world.handOutPass(root) }
        #expect(try world.events(.passIssued).map(\.reason) == [.denied])
        // Nor is its word enough where it could ask.
        let alice = try world.enrol("alice")
        #expect(throws: Refusal.refused) {
            try world.house.helpDesk.issuePass(alice.name, minutes: nil, isVouchedFor: true, by: World.helpDesk)
        }
        _ = try world.house.helpDesk.issuePass(root.name, minutes: nil, isVouchedFor: true, by: World.administrator)
        #expect(try world.events(.passIssued).last?.reason == .unverified)
    }

    @Test func whoHasNothingToBeAskedIsSeenInPerson() throws {
        let carol = try world.add("carol")
        #expect(try world.house.helpDesk.verify(carol.name, by: World.helpDesk).methods.isEmpty)
        try world.handOutPass(carol)
        #expect(try world.events(.passIssued).map(\.reason) == [.unverified])
        #expect(throws: Refusal.notFound) {
            try world.house.helpDesk.verify(AccountName("nobody"), by: World.helpDesk)
        }
        try world.house.accounts.setEnabled(carol.name, false, by: World.administrator)
        #expect(throws: Refusal.refused) { try world.house.helpDesk.verify(carol.name, by: World.helpDesk) }
    }

    @Test func aDeviceIsAskedForTheNumberThatTheCallerIsTold() throws {
        let alice = try world.enrol("alice")
        let device = try world.addDevice(alice)
        world.ambient.advance(.hours(49))
        let begun = try world.house.helpDesk.verify(alice.name, by: World.helpDesk)
        let choice = try #require(begun.methods.first { $0.kind == .push }?.choice)
        let number = try #require(try world.house.recovery.send(begun.handle, choice, by: World.helpDesk).number)
        let question = try #require(try world.approvals(of: device).first)
        #expect(question.purpose == .verify)
        let wait = world.call { try world.house.recovery.awaitApproval(begun.handle, choice, by: World.helpDesk) }
        try world.decide(device, question, .approve, number)
        wait.look()
        #expect(try wait.reply().grant != nil)
        try world.handOutPass(alice)
    }

    @Test func nothingOfWhatIsCountedOutlivesTheAccount() throws {
        let alice = try world.enrol("alice")
        let begun = try world.house.helpDesk.verify(alice.name, by: World.helpDesk)
        _ = try world.house.recovery.send(begun.handle, 1, by: World.helpDesk)
        #expect(throws: Refusal.refused) {
            try world.house.recovery.answer(
                begun.handle, 1, code: OneTimeCode(number: 0, digits: 8), by: World.helpDesk)
        }
        func counters() throws -> [Bool] {
            try world.store.read { tx in
                try [CounterKind.recovery, .codes].map { try tx.counter(.caller(alice.id), $0) != nil }
            }
        }
        #expect(try counters() == [true, true])
        try world.house.accounts.remove(alice.name, by: World.administrator)
        #expect(try counters() == [false, false])
    }

    @Test func aHouseMayDoWithout() throws {
        var policy = Policy(passesEnabled: true)
        policy.verifiesCallers = false
        let world = World(policy: policy)
        try world.handOutPass(world.enrol("alice"))
        #expect(try world.events(.passIssued).map(\.reason) == [.unverified])
    }
}

extension World {
    @discardableResult
    fileprivate func handOutPass(_ person: Person, by actor: EventActor = helpDesk) throws -> OneTimeCode {
        try house.helpDesk.issuePass(person.name, minutes: nil, by: actor).pass
    }

    /// The caller reads the code of a verification out, and the help desk types it.
    fileprivate func proveByMail(_ begun: Recovery.Begun) throws {
        _ = try house.recovery.send(begun.handle, 1, by: Self.helpDesk)
        let code = try mailedCode()
        _ = try house.recovery.answer(begun.handle, 1, code: code, by: Self.helpDesk)
    }
}
