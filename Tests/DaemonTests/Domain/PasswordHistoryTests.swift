import SSPRVocabulary
import Testing

@testable import SSPRDomain

/// A new password is none of the account's last ones (feature F4).
@Suite struct PasswordHistoryTests {
    private static func policy(remembered: Int, reuses: Bool = false) -> Policy {
        var policy = Policy(questionsEnabled: true)
        policy.rememberedPasswords = remembered
        policy.reusesAfterReset = reuses
        return policy
    }

    private static func phrase(_ number: Int) -> String { "a good pass phrase \(number)" }

    private func change(_ world: World, _ person: inout Person, to new: String) throws {
        try world.run {
            try world.house.signIn.change(
                person.name, current: Secret(text: person.password), new: Secret(text: new), by: World.helper)
        }
        person.password = new
    }

    private func former(_ world: World, _ person: Person) throws -> Int {
        try world.store.read { try $0.formerVerifiers(of: person.id, limit: 100).count }
    }

    @Test(arguments: [0, 1, 3, 24]) func invariant_I41_theLastOnesAreRefusedAndOlderOnesAreNot(remembered: Int) throws {
        let world = World(policy: Self.policy(remembered: remembered))
        var alice = try world.add("alice")
        let all = [alice.password] + (1...remembered + 1).map(Self.phrase)
        for phrase in all.dropFirst() { try change(world, &alice, to: phrase) }
        #expect(try former(world, alice) == remembered)
        for phrase in all.dropLast().suffix(remembered) {
            #expect(throws: Refusal.password(.usedBefore)) { try change(world, &alice, to: phrase) }
        }
        #expect(throws: Refusal.password(.sameAsCurrent)) { try change(world, &alice, to: alice.password) }
        try change(world, &alice, to: all[0])
        try world.signIn(alice)
    }

    @Test func invariant_I41_oneComparisonForEachAndNoneBeforeTheProof() throws {
        let world = World(policy: Self.policy(remembered: 24))
        var alice = try world.add("alice")
        let first = alice.password
        for number in 1...24 { try change(world, &alice, to: Self.phrase(number)) }
        func hashes(_ body: () throws -> Void) rethrows -> Int {
            let before = world.hasher.calls
            try body()
            return world.hasher.calls - before
        }
        // A helper learns nothing and makes nobody work: for somebody who is not proven there is one comparison, whatever is tried.
        var wrong = alice
        wrong.password = "not the password at all"
        #expect(hashes { #expect(throws: Refusal.refused) { try change(world, &wrong, to: first) } } == 1)
        #expect(hashes { #expect(throws: Refusal.refused) { try change(world, &wrong, to: Self.phrase(99)) } } == 1)
        #expect(try hashes { try change(world, &alice, to: Self.phrase(99)) } == 1 + 24 + 1)
    }

    @Test func aLowerNumberForgetsAtTheNextChange() throws {
        let world = World(policy: Self.policy(remembered: 5))
        var alice = try world.add("alice")
        for number in 1...5 { try change(world, &alice, to: Self.phrase(number)) }
        #expect(try former(world, alice) == 5)
        world.adopt(Self.policy(remembered: 2))
        // What no longer counts is not compared, even while it is still there.
        try change(world, &alice, to: Self.phrase(2))
        #expect(try former(world, alice) == 2)
        world.adopt(Self.policy(remembered: 0))
        try change(world, &alice, to: Self.phrase(4))
        #expect(try former(world, alice) == 0)
    }

    @Test func invariant_I41_aResetRefusesThemAndGivesTheGrantBack() throws {
        let world = World(policy: Self.policy(remembered: 1))
        var alice = try world.enrol("alice")
        let first = alice.password
        try change(world, &alice, to: Self.phrase(1))
        try world.mail()
        let grant = try world.grant(alice)
        for round in 1...5 {
            let (old, rule) = round == 3 ? (alice.password, PasswordRule.sameAsCurrent) : (first, .usedBefore)
            #expect(throws: Refusal.password(rule)) { try world.reset(alice, grant, old).reply() }
        }
        try world.reset(alice, grant, Self.phrase(2)).reply()
        let events = try world.events(.passwordReset)
        #expect(events.map(\.outcome) == [EventOutcome](repeating: .refused, count: 5) + [.succeeded])
        #expect(events.map(\.reason) == [EventReason?](repeating: .passwordPolicy, count: 5) + [nil])
        let other = try world.grant(alice)
        for _ in 1...6 {
            #expect(throws: Refusal.password(.usedBefore)) { try world.reset(alice, other, Self.phrase(1)).reply() }
        }
        #expect(throws: Refusal.refused, "the sixth ended it") {
            try world.reset(alice, other, Self.phrase(3)).reply()
        }
    }

    @Test func thePolicyMayLetAResetSetTheCurrentOneAgain() throws {
        let world = World(policy: Self.policy(remembered: 2, reuses: true))
        var alice = try world.enrol("alice")
        let first = alice.password
        try change(world, &alice, to: Self.phrase(1))
        for _ in 1...2 {
            world.ambient.advance(.hours(2))
            try world.reset(alice, world.grant(alice), Self.phrase(1)).reply()
        }
        #expect(try former(world, alice) == 1, "the same again replaces nothing")
        world.ambient.advance(.hours(2))
        #expect(throws: Refusal.password(.usedBefore)) { try world.reset(alice, world.grant(alice), first).reply() }
        #expect(throws: Refusal.password(.sameAsCurrent), "a change may not") {
            try change(world, &alice, to: Self.phrase(1))
        }
    }

    @Test func aFullQueueInTheMiddleCostsNothing() throws {
        let world = World(policy: Self.policy(remembered: 3))
        var alice = try world.enrol("alice")
        for number in 1...3 { try change(world, &alice, to: Self.phrase(number)) }
        try world.mail()
        let grant = try world.grant(alice)
        for room in 0...4 {
            world.hasher.leaveRoom(room)
            for _ in 1...6 {
                #expect(throws: Refusal.busy) { try world.reset(alice, grant, Self.phrase(7)).reply() }
                world.hasher.leaveRoom(room)
            }
        }
        world.hasher.leaveRoom(3)
        #expect(throws: HasherBusy.self) { try change(world, &alice, to: Self.phrase(8)) }
        world.hasher.leaveRoom(nil)
        try world.reset(alice, grant, Self.phrase(9)).reply()
        try world.signIn(alice, Self.phrase(9))
    }

    /// Sets a password beside the calls, as one that came first.
    private static func slip(_ phrase: String, into world: World, _ person: Person) -> @Sendable () throws -> Void {
        let (store, hasher, id) = (world.store, world.hasher, person.id)
        return {
            let verifier = try hasher.verifier(for: Secret(text: phrase))
            try store.write { tx in
                if let old = try tx.passwordVerifier(of: id) { try tx.addFormerVerifier(old, of: id) }
                try tx.setPasswordVerifier(verifier, of: id)
            }
        }
    }

    @Test func invariant_I41_aPasswordSetMeanwhileIsComparedToo() throws {
        let world = World(policy: Self.policy(remembered: 2))
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        // In the middle of the comparison with the current one.
        world.hasher.interrupt(Self.slip(Self.phrase(1), into: world, alice))
        #expect(throws: Refusal.password(.sameAsCurrent)) { try world.reset(alice, grant, Self.phrase(1)).reply() }
        let (second, third) = (
            Self.slip(Self.phrase(2), into: world, alice), Self.slip(Self.phrase(3), into: world, alice)
        )
        world.hasher.interrupt {
            try second()
            try third()
        }
        #expect(throws: Refusal.password(.usedBefore)) { try world.reset(alice, grant, Self.phrase(2)).reply() }
        world.hasher.interrupt(Self.slip(Self.phrase(4), into: world, alice))
        try world.reset(alice, grant, Self.phrase(5)).reply()
        try world.signIn(alice, Self.phrase(5))
        #expect(throws: Refusal.refused) { try world.signIn(alice, Self.phrase(4)) }
    }

    @Test func invariant_I41_whoKnowsAnOldPasswordOnlyChangesNothing() throws {
        let world = World(policy: Self.policy(remembered: 2))
        var alice = try world.add("alice")
        let (hasher, slip) = (world.hasher, Self.slip(Self.phrase(1), into: world, alice))
        // After the proof: in the middle of the hash for the new one.
        hasher.interrupt { hasher.interrupt(slip) }
        #expect(throws: Refusal.refused) { try change(world, &alice, to: Self.phrase(2)) }
        try world.signIn(alice, Self.phrase(1))
    }

    @Test func aPasswordThatWasOnlyHashedAnewIsStillTheProvenOne() throws {
        let world = World()
        var alice = try world.add("alice")
        let (hasher, slip) = (world.hasher, Self.slip(alice.password, into: world, alice))
        hasher.interrupt { hasher.interrupt(slip) }
        try change(world, &alice, to: Self.phrase(2))
        try world.signIn(alice)
    }

    @Test func invariant_I41_oneAccountHasOneComparisonAtATime() throws {
        let world = World(policy: Self.policy(remembered: 3))
        var alice = try world.add("alice")
        for number in 1...3 { try change(world, &alice, to: Self.phrase(number)) }
        let (house, bell, hasher, person) = (world.house, world.bell, world.hasher, alice)
        let waits = Guarded<[Topic?]>([])
        // The first is comparing with former ones: the second is proven and waits, and asks for no hash.
        hasher.interrupt {
            hasher.interrupt {
                let before = hasher.calls
                let second = PendingCall(bell) {
                    try house.signIn.change(
                        person.name, current: Secret(text: person.password), new: Secret(text: Self.phrase(5)),
                        by: World.helper)
                }
                #expect(hasher.calls == before + 1)
                waits.withLock { $0.append(second.topic) }
            }
        }
        try change(world, &alice, to: Self.phrase(4))
        #expect(waits.withLock { $0 } == [.attempt(.change(alice.id))])
    }

    @Test func whatIsSetAgainAndAgainMeanwhileIsBusyAndCostsNoTry() throws {
        let world = World()
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        let hasher = world.hasher
        let slips = (1...40).map { Self.slip(Self.phrase($0), into: world, alice) }
        @Sendable func disturb(_ rest: ArraySlice<@Sendable () throws -> Void>) {
            guard let slip = rest.first else { return }
            hasher.interrupt {
                try slip()
                disturb(rest.dropFirst())
            }
        }
        disturb(slips[...])
        #expect(throws: Refusal.busy) { try world.reset(alice, grant, Self.phrase(99)).reply() }
        hasher.interrupt {}
        for _ in 1...5 {
            #expect(throws: Refusal.password(.tooShort)) { try world.reset(alice, grant, "short").reply() }
        }
        try world.reset(alice, grant, Self.phrase(99)).reply()
        try world.signIn(alice, Self.phrase(99))
    }
}
