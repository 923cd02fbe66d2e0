import SSPRDomain
import SSPRVocabulary
import Testing

/// attack A11: methods change only with the account's full level, and the old addresses are told.
@Suite struct RemovalTests {
    let world = World()

    private func emailMethod(_ person: Person) throws -> MethodID {
        try #require(
            try world.house.registration.describe(person.name, by: World.helper).methods.first {
                $0.row.kind == .email
            }?.row.id)
    }

    @Test func attack_A11_thePasswordAloneRemovesNothing() throws {
        let alice = try world.enrol("alice")
        let method = try emailMethod(alice)
        let handle = try world.open(alice)
        #expect(throws: Refusal.refused) { try world.house.registration.remove(handle, method, by: World.helper) }
        #expect(try world.mail().isEmpty)
        #expect(try world.house.registration.describe(alice.name, by: World.helper).methods.count == 2)
    }

    @Test func withAnAppCodeItIsRemovedAndTheAddressIsTold() throws {
        let alice = try world.enrol("alice")
        let method = try emailMethod(alice)
        let handle = try world.open(alice, isFull: true)
        #expect(try world.house.registration.remove(handle, method, by: World.helper) == 1)
        let mail = try world.mail()
        #expect(mail.map(\.row.kind) == [.methodRemoved] && mail.map(\.recipient) == [.contact(alice.email)])
        #expect(throws: Refusal.notFound) { try world.house.registration.remove(handle, method, by: World.helper) }
    }

    @Test func somebodyElsesMethodIsNotFound() throws {
        let (alice, bob) = (try world.enrol("alice"), try world.enrol("bob"))
        let method = try emailMethod(bob)
        let handle = try world.open(alice, isFull: true)
        #expect(throws: Refusal.notFound) { try world.house.registration.remove(handle, method, by: World.helper) }
    }

    @Test func anAppCodeOpensOnce() throws {
        let alice = try world.enrol("alice")
        _ = try world.open(alice, isFull: true)
        #expect(throws: Refusal.refused) { try world.open(alice, isFull: true) }
        #expect(try world.events(.registrationProven).last?.outcome == .used)
        let recovery = try world.begin(alice)
        #expect(throws: Refusal.refused, "nor does it prove a recovery") {
            try world.answer(recovery, 2, world.appCode(alice))
        }
    }

    @Test func attack_B6_tenWrongAppCodesDisableTheApp() throws {
        let alice = try world.enrol("alice")
        for _ in 1...10 {
            #expect(throws: Refusal.refused) {
                try world.run {
                    try world.house.registration.prove(
                        alice.name, Secret(text: alice.password), and: .code(world.appCode(alice).spoiled),
                        by: World.helper)
                }
            }
        }
        #expect(throws: Refusal.refused) { try world.open(alice, isFull: true) }
        #expect(try world.events(.methodDisabled).map(\.method) == [.totp], "and the trail tells it")
    }

    @Test func usingOneAppIsNoFailureOfAnother() throws {
        var alice = try world.enrol("alice")
        try world.addApp(&alice)
        world.ambient.advance(.hours(24))
        for _ in 1...12 {
            world.ambient.advance(.seconds(60))
            _ = try world.run {
                try world.house.registration.prove(
                    alice.name, Secret(text: alice.password), and: .code(world.appCode(alice, key: 1)), by: World.helper
                )
            }
        }
        let state = try world.house.registration.describe(alice.name, by: World.helper)
        #expect(state.methods.allSatisfy { $0.failures == 0 && !$0.row.isDisabled })
    }

    @Test func attack_A10_aMethodRemovedAfterItsProofProvesNothing() throws {
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        let method = try emailMethod(alice)
        world.ambient.advance(.seconds(60))
        let handle = try world.open(alice, isFull: true)
        _ = try world.house.registration.remove(handle, method, by: World.helper)
        #expect(throws: Refusal.refused) { try world.reset(alice, grant).reply() }
        try world.signIn(alice)
    }

    /// Whoever has no code at hand shows the full level with a recovery, beside the password.
    @Test func withTheGrantOfARecoveryToManageItIsRemoved() throws {
        let alice = try world.enrol("alice")
        let method = try emailMethod(alice)
        let grant = try world.grant(alice, .manage)
        let full = try open(alice, grant)
        #expect(try world.house.registration.remove(full.handle, method, by: World.helper) == 1)
        #expect(throws: Refusal.refused, "it opens once") { try open(alice, grant) }
    }

    @Test func attack_A3_aGrantServesItsPurposeOnly() throws {
        let (alice, bob) = (try world.enrol("alice"), try world.enrol("bob"))
        let toReset = try world.grant(alice)
        #expect(throws: Refusal.refused, "a grant to reset") { try open(alice, toReset) }
        world.ambient.advance(.seconds(60))
        let toManage = try world.grant(alice, .manage)
        #expect(throws: Refusal.refused, "a grant to manage") { try world.reset(alice, toManage).reply() }
        #expect(throws: Refusal.refused, "somebody else's grant") { try open(bob, toManage) }
        #expect(throws: Refusal.refused, "by another peer") {
            try world.run {
                try world.house.registration.prove(
                    alice.name, Secret(text: alice.password), and: .grant(toManage),
                    by: EventActor(uid: 4711, role: .helper))
            }
        }
        world.ambient.advance(.minutes(16))
        #expect(throws: Refusal.refused, "after its time") { try open(alice, toManage) }
    }

    private func open(_ person: Person, _ grant: RecoveryGrant) throws -> Registration.Opened {
        try world.run {
            try world.house.registration.prove(
                person.name, Secret(text: person.password), and: .grant(grant), by: World.helper)
        }
    }
}
