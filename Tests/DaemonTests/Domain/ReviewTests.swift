import SSPRDomain
import SSPRVocabulary
import Testing

/// feature F3: asked for at sign-in, put off so often and no more; contacts are looked at again.
@Suite struct ReviewTests {
    private static let day = Timestamp.Span.hours(24)

    /// Looks at contacts after 180 days unless something else is said.
    private func world(postponements: UInt32 = 3, period: Timestamp.Span? = .hours(180 * 24)) -> World {
        World(policy: Policy(questionsEnabled: true, postponements: postponements, reviewPeriod: period))
    }

    private func review(_ world: World, _ person: Person) throws -> Timestamp? {
        try world.house.registration.review(world.open(person), by: World.helper)
    }

    private func isDue(_ world: World, _ person: Person) throws -> Bool {
        try world.house.registration.describe(person.name, by: World.helper).isReviewDue
    }

    @Test(arguments: [0, 1, 3, 20] as [UInt32])
    func registrationMayBePutOffSoOftenAndIsThenSaidEveryTime(limit: UInt32) throws {
        let world = world(postponements: limit)
        let alice = try world.add("alice")
        for left in (0..<limit).reversed() {
            let asked = try world.house.signIn.ask(alice.name)
            #expect(asked == Asked(missing: 2, postponements: left + 1))
        }
        let commits = world.store.commits
        for _ in 1...3 {
            #expect(try world.house.signIn.ask(alice.name) == Asked(missing: 2, postponements: 0))
        }
        #expect(world.store.commits == commits, "nothing is left to count")
        try world.signIn(alice)
    }

    @Test func whatWasPutOffIsForgottenOnceRegistrationIsComplete() throws {
        let world = world()
        var alice = try world.add("alice")
        for _ in 1...5 { _ = try world.house.signIn.ask(alice.name) }
        try world.addEmail(alice)
        #expect(try world.house.signIn.ask(alice.name).postponements == 0, "half of it is not all of it")
        try world.addApp(&alice)
        #expect(try world.house.signIn.ask(alice.name) == Asked())
        world.ambient.advance(.hours(181 * 24))
        #expect(try world.house.signIn.ask(alice.name) == Asked(isReviewDue: true, postponements: 3))
    }

    @Test func whatAnAdministratorHasFilledInIsLookedAtOnceItsOwnerHasConfirmedIt() throws {
        let world = world()
        let contact = try Contact("alice@example.org")
        let name = try AccountName("alice")
        let row = Accounts.Incoming(
            name: name, uid: nil, role: .user, target: nil, language: nil,
            contacts: [(.email, contact)], groups: [])
        #expect(
            try world.house.accounts.bring([row], .allOrNone, by: World.administrator) == [nil])
        world.ambient.advance(.hours(200 * 24))
        func due() throws -> Timestamp? {
            try world.house.registration.describe(name, by: World.helper).reviewDueAt
        }
        #expect(try due() == nil)
        let first = Secret(text: "a password of her own")
        let verifier = try world.hasher.verifier(for: first)
        try world.store.write { tx in
            let account = try #require(try tx.account(named: name))
            try tx.setPasswordVerifier(verifier, of: account.id)
        }
        let handle = try world.run { try world.house.registration.prove(name, first, and: nil, by: World.helper) }
            .handle
        let begun = try world.house.registration.begin(handle, .email, at: contact, by: World.helper)
        _ = try world.house.registration.confirm(handle, begun.enrolment, world.mailedCode(), by: World.helper)
        #expect(try due() == world.ambient.now + .hours(180 * 24))
    }

    @Test func whatAPolicyNoLongerAsksIsForgottenAtTheNextSignIn() throws {
        let world = world()
        let alice = try world.add("alice")
        try world.addEmail(alice)
        for _ in 1...5 { _ = try world.house.signIn.ask(alice.name) }
        world.adopt(Policy(proofsNeeded: 1))
        #expect(try world.house.signIn.ask(alice.name) == Asked())
        world.adopt(Policy())
        #expect(try world.house.signIn.ask(alice.name).postponements == 3)
    }

    @Test func aPolicyThatDoesNotAskAsksNobody() throws {
        let world = World(policy: Policy(asksAtSignIn: false))
        let alice = try world.add("alice")
        #expect(try world.house.signIn.ask(alice.name) == Asked())
        #expect(try world.house.registration.describe(alice.name, by: World.helper).missing == 2)
    }

    @Test func aFullDiskKeepsNobodyFromSigningIn() throws {
        let world = world()
        let alice = try world.add("alice")
        world.store.fail(1)
        #expect(try world.house.signIn.ask(alice.name) == Asked(missing: 2, postponements: 3))
        #expect(try world.house.signIn.ask(alice.name).postponements == 3, "what was not counted is asked again")
        #expect(try world.house.signIn.ask(alice.name).postponements == 2)
    }

    @Test func attack_C1_aSignInTellsNothingOfUnknownAndDisabledNames() throws {
        let world = world()
        let alice = try world.add("alice")
        try world.house.accounts.setEnabled(alice.name, false, by: World.administrator)
        let (commits, events) = (world.store.commits, try world.events().count)
        for name in [alice.name, try AccountName("ghost")] {
            #expect(try world.house.signIn.ask(name) == Asked())
        }
        #expect(world.store.commits == commits)
        #expect(try world.events().count == events)
    }

    @Test func contactsAreDueExactlyAtTheLimitAndNotASecondBefore() throws {
        let world = world()
        let alice = try world.add("alice")
        try world.addEmail(alice)
        let due = world.now + .hours(180 * 24)
        #expect(try world.house.registration.describe(alice.name, by: World.helper).reviewDueAt == due)
        world.ambient.turn(to: due + .seconds(-1))
        #expect(try !isDue(world, alice))
        world.ambient.turn(to: due)
        #expect(try isDue(world, alice))
        #expect(try world.house.signIn.ask(alice.name).isReviewDue)
    }

    @Test func aPeriodOfZeroDaysAsksNever() throws {
        let world = world(period: nil)
        let alice = try world.add("alice")
        try world.addEmail(alice)
        world.ambient.advance(.hours(730 * 24))
        let state = try world.house.registration.describe(alice.name, by: World.helper)
        #expect(!state.isReviewDue && state.reviewDueAt == nil)
    }

    @Test func aMethodWithoutAnAddressNeedsNoSecondLook() throws {
        let world = world()
        var alice = try world.add("alice")
        try world.addApp(&alice)
        world.ambient.advance(.hours(730 * 24))
        #expect(try !isDue(world, alice))
        #expect(throws: Refusal.notFound) { try review(world, alice) }
        #expect(try world.events(.contactsReviewed).isEmpty)
    }

    @Test func aNewContactCountsAsLookedAtForItselfOnly() throws {
        let world = world()
        let alice = try world.enrol("alice")
        world.ambient.advance(.hours(179 * 24))
        try world.addEmail(alice, Contact("alice@example.net"))
        #expect(try isDue(world, alice), "the older one is as old as before")
    }

    @Test func theWholeReviewSetsAllContacts() throws {
        let world = world()
        let alice = try world.enrol("alice")
        world.ambient.advance(.hours(100 * 24))
        try world.addEmail(alice, Contact("alice@example.net"))
        world.ambient.advance(.hours(100 * 24))
        #expect(try isDue(world, alice))
        let next = try review(world, alice)
        #expect(next == world.now + .hours(180 * 24))
        #expect(try !isDue(world, alice))
        let events = try world.events(.contactsReviewed)
        #expect(events.map(\.account) == [alice.name] && events.map(\.outcome) == [.succeeded])
        #expect(events.map(\.actor) == [World.helper])
    }

    @Test func aReviewForgetsWhatWasPutOff() throws {
        let world = world()
        let alice = try world.enrol("alice")
        world.ambient.advance(.hours(181 * 24))
        for _ in 1...4 { _ = try world.house.signIn.ask(alice.name) }
        #expect(try world.house.signIn.ask(alice.name).postponements == 0)
        _ = try review(world, alice)
        #expect(try world.house.signIn.ask(alice.name) == Asked())
        world.ambient.advance(.hours(181 * 24))
        #expect(try world.house.signIn.ask(alice.name).postponements == 3)
    }

    @Test func theOldestContactGoneTheNextOneCounts() throws {
        let world = world()
        let alice = try world.enrol("alice")
        world.ambient.advance(.hours(150 * 24))
        try world.addEmail(alice, Contact("alice@example.net"))
        world.ambient.advance(.hours(31 * 24))
        #expect(try isDue(world, alice))
        let first = try #require(try world.house.registration.describe(alice.name, by: World.helper).methods.first)
        _ = try world.house.registration.remove(world.open(alice, isFull: true), first.row.id, by: World.helper)
        #expect(try !isDue(world, alice))
    }

    @Test func aClockSetBackShortensNothing() throws {
        let world = world()
        let alice = try world.enrol("alice")
        let reviewed = world.now
        _ = try review(world, alice)
        world.ambient.turn(to: reviewed + .hours(-100 * 24))
        #expect(try review(world, alice) == reviewed + .hours(180 * 24))
        world.ambient.turn(to: reviewed + .hours(180 * 24) + .seconds(-1))
        #expect(try !isDue(world, alice))
    }

    @Test func attack_A11_aReviewNeedsALiveHandleOfItsPeer() throws {
        let world = world()
        let alice = try world.enrol("alice")
        world.ambient.advance(.hours(181 * 24))
        let handle = try world.open(alice)
        #expect(throws: Refusal.refused) { try world.house.registration.review(handle, by: World.stranger) }
        world.ambient.advance(.minutes(10))
        #expect(throws: Refusal.refused) { try world.house.registration.review(handle, by: World.helper) }
        #expect(try isDue(world, alice))
    }

    @Test(
        arguments: [(AccountRole.user, 1, 1), (.user, 2, 2), (.administrator, 1, 2)] as [(AccountRole, UInt8, UInt8)])
    func describingSaysHowManyProofsTheAccountNeeds(role: AccountRole, policy: UInt8, needed: UInt8) throws {
        let world = World(policy: Policy(proofsNeeded: policy))
        let alice = try world.add("alice", role: role)
        #expect(try world.house.registration.describe(alice.name, by: World.helper).proofsNeeded == needed)
    }
}
