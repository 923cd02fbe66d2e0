import SSPRDomain
import SSPRVocabulary
import Testing

/// Removing an account (feature F1, attack D12).
@Suite("Accounts that are removed") struct AccountRemovalTests {
    @Test func attack_D12_aLaterAccountOfTheSameNameAndUIDHasNothingOfTheFirst() throws {
        let world = World(policy: Policy(passesEnabled: true))
        let alice = try world.enrol("alice", uid: 1000)
        _ = try world.pass(alice)
        let begun = try world.begun(alice)
        try world.house.accounts.remove(alice.name, by: World.administrator)
        #expect(throws: Refusal.notFound) { try world.house.accounts.show(alice.name, by: World.administrator) }
        let second = try world.add("alice", uid: 1000)
        #expect(try world.house.accounts.show(second.name, by: World.administrator).methods.isEmpty)
        let offer = try #require(begun.methods.first { $0.kind == .totp })
        #expect(throws: Refusal.refused, "a recovery of the first") {
            try world.house.recovery.answer(begun.handle, offer.choice, code: world.appCode(alice), by: World.helper)
        }
        let events = try world.events().filter { $0.kind == .accountRemoved }
        #expect(events.map(\.account) == [alice.name])
        #expect(try world.house.trail.verify(known: nil).fault == nil)
    }

    @Test func whatIsUnknownOrBeingChangedAtATargetIsNotRemoved() throws {
        let world = World()
        #expect(throws: Refusal.notFound) {
            try world.house.accounts.remove(AccountName("ghost"), by: World.administrator)
        }
        let dave = try world.add("dave", target: TargetName("shadow"))
        let id: OrderID = world.ambient.identifier()
        var intent = IntentRow(
            id: id, account: dave.id, recovery: nil, operation: .set, target: try TargetName("shadow"),
            orderedAt: world.ambient.now, outcome: nil)
        try world.store.write { [intent] in try $0.insert(intent) }
        #expect(throws: Refusal.conflict) { try world.house.accounts.remove(dave.name, by: World.administrator) }
        intent.outcome = .changed
        try world.store.write { [intent] in try $0.update(intent) }
        try world.house.accounts.remove(dave.name, by: World.administrator)
        #expect(try world.store.read { try $0.intent(id) } == nil)
    }

    /// Whoever is in the middle of something is refused like anybody who comes too late.
    @Test func attack_D12_whatIsHashedMeanwhileIsForNobody() throws {
        let world = World()
        let (house, hasher) = (world.house, world.hasher)
        for (name, hashes) in [("alice", 2), ("bob", 2), ("cem", 3)] {
            let person = try world.add(name)
            let gone = person.name
            let verifier = try #require(try world.store.read { try $0.passwordVerifier(of: person.id) })
            // Of other days, so that a right password is hashed once more.
            let old = Verifier(passes: 1, memoryKiB: 8192, salt: verifier.salt, tag: verifier.tag, pepper: 1)
            try world.store.write { try $0.setPasswordVerifier(old, of: person.id) }
            // In the middle of the second hash: the password has been proven. Of the third: the new one is as good as set.
            let remove: @Sendable () throws -> Void = { try house.accounts.remove(gone, by: World.administrator) }
            let nextTime: @Sendable () throws -> Void = { hasher.interrupt(remove) }
            let theTimeAfter: @Sendable () throws -> Void = { hasher.interrupt(nextTime) }
            hasher.interrupt(hashes == 2 ? nextTime : theTimeAfter)
            let password = Secret(text: person.password)
            #expect(throws: Refusal.refused, "\(name)") {
                if name == "alice" {
                    _ = try world.open(person)
                } else {
                    try world.run {
                        try house.signIn.change(
                            gone, current: password, new: Secret(text: World.newPassword), by: World.helper)
                    }
                }
            }
            #expect(try world.store.read { try $0.account(person.id) } == nil, "it was removed in between")
        }
        #expect(try !world.events().contains { [.registrationProven, .passwordChanged].contains($0.kind) })
    }

    /// Removed between the agent's yes to the present password and the order to set the new one.
    @Test func attack_D12_noOrderIsGivenForWhoIsRemoved() throws {
        let world = World()
        let (house, shadow) = (world.house, try TargetName("shadow"))
        let dave = try world.add("dave", target: shadow)
        world.attend(shadow)
        let call = world.call {
            try house.signIn.change(
                dave.name, current: Secret(text: "as it is there"), new: Secret(text: World.newPassword),
                by: World.helper)
        }
        let check = try world.takeOrder(shadow)
        #expect(check.operation == .verify)
        try house.accounts.remove(dave.name, by: World.administrator)
        world.attend(shadow)
        try house.desk.report(check.id, .changed)
        call.look()
        #expect(throws: Refusal.refused) { try call.reply() }
        #expect(throws: NoSuchMessage.self) { try world.takeOrder(shadow) }
        #expect(try world.store.read { try $0.openIntents() }.isEmpty)
        #expect(try world.events(.writebackOrdered).isEmpty)
    }

    /// A lock belongs to the account that earned it.
    @Test func itsCountersGoWithIt() throws {
        let world = World()
        let alice = try world.enrol("alice")
        for wrong in 0..<10 {
            #expect(throws: Refusal.self) { try world.signIn(alice, "wrong \(wrong)") }
        }
        #expect(throws: Refusal.self, "locked") { try world.signIn(alice) }
        try world.house.accounts.remove(alice.name, by: World.administrator)
        try world.signIn(try world.add("alice"))
    }
}
