import SSPRDomain
import SSPRVocabulary
import Testing

/// feature F7: ten wrong passwords lock for a minute, doubling up to an hour; the last three mistakes do not count again.
@Suite struct SignInTests {
    let world = World()

    @Test func rightPasswordSignsIn() throws {
        let alice = try world.add("alice")
        try world.signIn(alice)
        #expect(try world.events(.signInAnswered).map(\.outcome) == [.succeeded])
        #expect(try world.events(.signInAnswered).map(\.account) == [alice.name])
    }

    @Test func wrongPasswordIsRefusedAndAudited() throws {
        let alice = try world.add("alice")
        #expect(throws: Refusal.refused) { try world.signIn(alice, "not it at all") }
        let event = try #require(try world.events(.signInAnswered).last)
        #expect(event.outcome == .refused && event.reason == .wrongSecret && event.account == alice.name)
    }

    @Test func anUnknownNameIsRefusedLikeAWrongPasswordAndNotNamedInTheTrail() throws {
        let ghost = try AccountName("ghost")
        #expect(throws: Refusal.refused) {
            try world.run { try world.house.signIn.authenticate(ghost, Secret(text: "x"), by: World.helper) }
        }
        let event = try #require(try world.events(.signInAnswered).last)
        #expect(event.account == nil && event.pseudonym != nil && event.reason == .unknownAccount)
    }

    @Test func attack_E4_anEmptyPasswordIsMalformed() throws {
        let alice = try world.add("alice")
        #expect(throws: Refusal.malformed) { try world.signIn(alice, "") }
    }

    @Test func whatIsNoTextIsAWrongPasswordLikeAnyOther() throws {
        let alice = try world.add("alice")
        #expect(throws: Refusal.refused) { try world.signIn(alice, "tab\tinside") }
        #expect(try world.events(.signInAnswered).last?.reason == .wrongSecret)
    }

    @Test func compositionOfLettersDoesNotMatter() throws {
        var alice = try world.add("alice")
        try world.run {
            try world.house.signIn.change(
                alice.name, current: Secret(text: alice.password), new: Secret(text: "caf\u{e9} caf\u{e9} caf\u{e9} 1"),
                by: World.helper)
        }
        alice.password = "cafe\u{301} cafe\u{301}\u{a0}cafe\u{301} 1"
        try world.signIn(alice)
    }

    @Test(arguments: ["alice", "ghost"]) func tenWrongPasswordsLockAndTheLockDoubles(name: String) throws {
        _ = try world.add("alice")
        let lock = Lock(world, try AccountName(name))
        // 10 failures, then one more after each lock: 1, 2, 4, 8, 16, 32, 60, 60 minutes.
        for _ in 1...9 { #expect(lock.guess() == .refused) }
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60] as [Int64] {
            #expect(lock.guess() == .refused)
            let until = world.now + .minutes(minutes)
            #expect(lock.guess() == .throttled(until: until))
            world.ambient.advance(.seconds(minutes * 60 - 1))
            #expect(lock.guess() == .throttled(until: until), "the lock does not grow while it holds")
            world.ambient.advance(.seconds(1))
        }
        #expect(try world.events(.signInLocked).count == 8)
    }

    @Test func theRightPasswordDoesNotOpenALockAndClearsTheCountAfterIt() throws {
        let alice = try world.add("alice")
        let lock = Lock(world, alice.name)
        for _ in 1...10 { _ = lock.guess() }
        #expect(throws: Refusal.throttled(until: world.now + .seconds(60))) { try world.signIn(alice) }
        world.ambient.advance(.seconds(60))
        try world.signIn(alice)
        for _ in 1...9 { #expect(lock.guess() == .refused) }
        try world.signIn(alice)
    }

    @Test func theSameMistakeDoesNotCountAgain() throws {
        let alice = try world.add("alice")
        for _ in 1...30 { #expect(throws: Refusal.refused) { try world.signIn(alice, "the old password") } }
        // Three are remembered; the fourth pushes the first one out.
        for mistake in ["a wrong one 1", "a wrong one 2", "the old password", "a wrong one 2"] {
            #expect(throws: Refusal.refused) { try world.signIn(alice, mistake) }
        }
        try #require(try world.events(.signInLocked).isEmpty)
        let lock = Lock(world, alice.name)
        for _ in 1...7 { #expect(lock.guess() == .refused) }
        #expect(lock.guess() != .refused, "three mistakes and seven guesses are ten")
    }

    @Test func aFullQueueCostsNothingAndIsNotALock() throws {
        let alice = try world.add("alice")
        world.hasher.leaveRoom(0)
        for _ in 1...20 { #expect(throws: HasherBusy.self) { try world.signIn(alice) } }
        world.hasher.leaveRoom(nil)
        let lock = Lock(world, alice.name)
        for _ in 1...9 { #expect(lock.guess() == .refused) }
        try world.signIn(alice)
    }

    @Test func attack_B10_countsSurviveARestart() throws {
        let alice = try world.add("alice")
        let lock = Lock(world, alice.name)
        for _ in 1...9 { _ = lock.guess() }
        try world.restart()
        #expect(lock.guess() == .refused)
        #expect(lock.guess() == .throttled(until: world.now + .seconds(60)))
    }

    @Test func anAttemptThatACrashCutOffStaysCharged() throws {
        let alice = try world.add("alice")
        let lock = Lock(world, alice.name)
        // The charge is committed, the settling is not: what a crash in between leaves.
        for _ in 1...9 {
            world.hasher.interrupt { throw Crash() }
            world.store.afterCommit { [store = world.store] in store.fail(1) }
            #expect(throws: (any Error).self) { try world.signIn(alice, lock.next()) }
            #expect(try world.restart().pendingAttempts == 1)
        }
        #expect(lock.guess() == .refused)
        #expect(lock.guess() == .throttled(until: world.now + .seconds(60)))
    }

    @Test func attack_A10_aPasswordReplacedWhileTheOldOneIsComparedIsNotAccepted() throws {
        let alice = try world.add("alice")
        let house = world.house
        let bell = world.bell
        let grant = try replacedGrant(alice)
        world.hasher.interrupt {
            let reset = PendingCall(bell) {
                try house.recovery.reset(alice.name, grant, Secret(text: World.newPassword), by: World.helper)
            }
            try reset.reply()
        }
        #expect(throws: Refusal.refused) { try world.signIn(alice) }
        try world.signIn(alice, World.newPassword)
    }

    private func replacedGrant(_ alice: Person) throws -> RecoveryGrant {
        var alice = alice
        try world.addEmail(alice)
        try world.addApp(&alice)
        world.ambient.advance(.hours(49))
        try world.mail()
        return try world.grant(alice)
    }

    @Test func parallelAttemptsAtOneNameWaitForEachOther() throws {
        let alice = try world.add("alice")
        let bob = try world.add("bob")
        let (house, bell) = (world.house, world.bell)
        let second = Slot<PendingCall<Void>>()
        world.hasher.interrupt {
            second.value = PendingCall(bell) {
                try house.signIn.authenticate(alice.name, Secret(text: alice.password), by: World.helper)
            }
            #expect(second.value?.outcome == nil, "the second waits")
            try PendingCall(bell) {
                try house.signIn.authenticate(bob.name, Secret(text: bob.password), by: World.helper)
            }.reply()
        }
        try world.signIn(alice)
        let waiting = try #require(second.value)
        waiting.look()
        try waiting.reply()
    }

    @Test func whoWaitsTooLongIsToldThatWeAreBusyAndPaysNothing() throws {
        let alice = try world.add("alice")
        let (house, bell) = (world.house, world.bell)
        let second = Slot<PendingCall<Void>>()
        world.hasher.interrupt {
            second.value = PendingCall(bell) {
                try house.signIn.authenticate(alice.name, Secret(text: "wrong"), by: World.helper)
            }
            second.value?.expire()
        }
        try world.signIn(alice)
        #expect(throws: Refusal.busy) { try #require(second.value).reply() }
        #expect(try world.events(.signInAnswered).count == 1)
    }

    @Test func missingMethodsAreToldForKnownAccountsOnly() throws {
        let alice = try world.add("alice")
        #expect(try world.house.signIn.ask(alice.name).missing == 2)
        try world.addEmail(alice)
        #expect(try world.house.signIn.ask(alice.name).missing == 1)
        #expect(try world.house.signIn.ask(try AccountName("ghost")) == Asked())
    }
}

/// Guesses that never repeat.
final class Lock {
    private let world: World
    private let name: AccountName
    private var guesses = 0

    init(_ world: World, _ name: AccountName) {
        self.world = world
        self.name = name
    }

    func next() -> String {
        guesses += 1
        return "guess number \(guesses)"
    }

    func guess() -> Refusal? {
        do {
            try world.run { try world.house.signIn.authenticate(name, Secret(text: next()), by: World.helper) }
            return nil
        } catch let refusal as Refusal {
            return refusal
        } catch {
            Issue.record(error)
            return nil
        }
    }
}
