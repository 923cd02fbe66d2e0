import SSPRDomain
import SSPRVocabulary
import Testing

/// Changing a password that is known (feature F4, F7).
@Suite struct ChangeTests {
    let world = World()

    private func change(_ person: Person, from current: String? = nil, to new: String) throws {
        try world.run {
            try world.house.signIn.change(
                person.name, current: Secret(text: current ?? person.password), new: Secret(text: new),
                by: World.helper)
        }
    }

    @Test func theNewPasswordIsInForceAndTheOldOneIsNot() throws {
        let alice = try world.add("alice")
        try change(alice, to: World.newPassword)
        try world.signIn(alice, World.newPassword)
        #expect(throws: Refusal.refused) { try world.signIn(alice) }
        #expect(try world.events(.passwordChanged).map(\.outcome) == [.succeeded])
    }

    @Test func aWrongCurrentPasswordChangesNothingAndNamesNoRule() throws {
        let alice = try world.add("alice")
        #expect(throws: Refusal.refused) { try change(alice, from: "wrong", to: "short") }
        try world.signIn(alice)
        #expect(try world.events(.passwordChanged).isEmpty)
    }

    @Test(arguments: [
        (String(repeating: "x", count: 14), PasswordRule.tooShort), (String(repeating: "x", count: 257), .tooLong),
        ("contains ALIce somewhere", .containsName), ("correct horse ecila battery", .sameAsCurrent),
    ])
    func aRefusalNamesTheRule(new: String, rule: PasswordRule) throws {
        let alice = try world.add("alice")
        #expect(throws: Refusal.password(rule)) { try change(alice, to: new) }
        try world.signIn(alice)
    }

    @Test(arguments: ["fifteen letters", String(repeating: "\u{e9}", count: 256)])
    func lengthsAtTheLimitsAreAccepted(new: String) throws {
        let alice = try world.add("alice")
        try change(alice, to: new)
        try world.signIn(alice, new)
    }

    @Test func aChangeVoidsRecoveriesAndRegistrationsAndTellsEveryAddress() throws {
        let alice = try world.enrol("alice")
        let second = try Contact("second@example.net")
        try world.addEmail(alice, second)
        try world.mail()
        let recovery = try world.begin(alice)
        let registration = try world.open(alice)
        let grant = try world.grant(alice)
        try change(alice, to: World.newPassword)
        #expect(throws: Refusal.refused) { try world.house.recovery.send(recovery, 1, by: World.helper) }
        #expect(throws: Refusal.refused) { try world.house.registration.beginApp(registration, by: World.helper) }
        #expect(throws: Refusal.refused) { try world.reset(alice, grant).reply() }
        let told = try world.mail().filter { $0.row.kind == .passwordChanged }
        #expect(Set(told.map(\.recipient.text)) == [alice.email.text, second.text] && told.count == 2)
    }

    @Test func aFullQueueAtTheSecondHashLeavesTheOldPassword() throws {
        let alice = try world.add("alice")
        world.hasher.leaveRoom(1)
        #expect(throws: HasherBusy.self) { try change(alice, to: World.newPassword) }
        world.hasher.leaveRoom(nil)
        try world.signIn(alice)
    }
}
