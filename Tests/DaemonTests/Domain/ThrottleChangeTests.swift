import SSPRVocabulary
import Testing

@testable import SSPRDomain

/// What becomes of counters and waits when an administrator changes a limit in the middle (feature F11).
@Suite("Throttles that change") struct ThrottleChangeTests {
    let world = World()
    let alice: Person

    init() throws { alice = try world.enrol("alice") }

    private func apply(_ values: [String: Int]) throws {
        let base = try world.house.policies.show(nil).version
        _ = try world.house.policies.apply(
            PolicyDocument(values.mapValues { .number($0) }),
            Policies.Order(reason: PolicyReason("a test"), base: base, allowsLoss: false), by: World.administrator)
    }

    private func guess(_ times: Int) throws {
        for _ in 0..<times {
            let begun = try world.begun(alice)
            let choice = try #require(begun.methods.first { $0.kind == .totp }).choice
            #expect(throws: Refusal.refused) { try world.answer(begun.handle, choice, world.appCode(alice).spoiled) }
        }
    }

    private func blockedUntil() throws -> Timestamp? {
        do {
            _ = try world.begin(alice)
            return nil
        } catch Refusal.throttled(let until) {
            return until
        }
    }

    @Test func invariant_I49_whatHasBeenCountedCountsAgainstALowerLimit() throws {
        try guess(3)
        let last = world.now
        world.ambient.advance(.hours(2))
        #expect(try blockedUntil() == nil)
        try apply(["throttles.wrongProofs.limit": 3])
        let until = last + .hours(24)
        // Whoever only looks is told the same, before anybody has tried.
        #expect(try world.house.accounts.explain(alice.name).eligibility.unmet.contains(.notBlocked))
        #expect(try world.house.accounts.show(alice.name, by: World.administrator).recoveryBlockedUntil == until)
        #expect(try world.house.reports.blocked(after: nil).accounts.map(\.until) == [until])
        #expect(try world.house.reports.registration(after: nil).users.blocked == 1)
        #expect(try blockedUntil() == until)
        // Once told, it stays: a higher limit and a shorter time end no wait.
        try apply(["throttles.wrongProofs.limit": 10, "throttles.wrongProofs.windowHours": 12])
        #expect(try blockedUntil() == until)
        world.ambient.turn(to: until)
        #expect(try blockedUntil() == nil)
    }

    @Test func invariant_I49_aBlockOutlivesTheLimitThatMadeIt() throws {
        try guess(5)
        let until = world.now + .hours(24)
        #expect(try blockedUntil() == until)
        try apply(["throttles.wrongProofs.limit": 10, "throttles.wrongProofs.windowHours": 12])
        world.ambient.advance(.hours(13))
        #expect(try blockedUntil() == until)
        // And no longer time makes it longer.
        try apply(["throttles.wrongProofs.windowHours": 72])
        #expect(try blockedUntil() == until)
        // Sign-in knows nothing of it.
        try world.signIn(alice)
    }

    @Test func anAdministratorLiftsABlock() throws {
        try guess(5)
        #expect(try blockedUntil() != nil)
        #expect(throws: Refusal.notFound) {
            try world.house.accounts.unblock(AccountName("ghost"), by: World.administrator)
        }
        try world.house.accounts.unblock(alice.name, by: World.administrator)
        #expect(try world.events(.accountUnblocked).map(\.account) == [alice.name])
        #expect(try blockedUntil() == nil)
        // From the beginning, but for what the method itself has counted.
        try guess(4)
        #expect(try blockedUntil() == nil)
        let failures = try world.house.registration.describe(alice.name, by: World.helper).methods.map(\.failures)
        #expect(failures.max() == 9)
    }

    @Test func aHigherLimitLetsMoreThroughAtOnce() throws {
        try guess(4)
        try apply(["throttles.wrongProofs.limit": 7])
        try guess(3)
        #expect(try blockedUntil() == world.now + .hours(24))
    }

    /// A right proof takes back its own charge and makes no block, though the limit was lowered while it was compared.
    @Test func aRightProofUnderALowerLimitMakesNoBlock() throws {
        try guess(2)
        try apply(["throttles.wrongProofs.limit": 3])
        let begun = try world.begun(alice)
        let choice = try #require(begun.methods.first { $0.kind == .totp }).choice
        try world.answer(begun.handle, choice, world.appCode(alice))
        #expect(try blockedUntil() == nil)
        try guess(1)
        #expect(try blockedUntil() != nil)
    }

    /// A budget that is spent stays so until its time is over.
    @Test func invariant_I49_aSpentBudgetOutlivesItsLimit() throws {
        func send() throws -> Bool {
            let begun = try world.begun(alice)
            let choice = try #require(begun.methods.first { $0.kind == .email }).choice
            _ = try world.house.recovery.send(begun.handle, choice, by: World.helper)
            return try !world.mail().isEmpty
        }
        for _ in 1...5 { #expect(try send()) }
        #expect(try !send())
        try apply(["throttles.codeMessages.limit": 10, "throttles.codeMessages.windowMinutes": 30])
        try world.mail()
        world.ambient.advance(.minutes(59))
        #expect(try !send())
        world.ambient.advance(.minutes(1))
        #expect(try send())
    }

    /// The pause between two codes is the one that was told.
    @Test func invariant_I49_theNextCodeComesWhenItWasPromised() throws {
        let begun = try world.begun(alice)
        let choice = try #require(begun.methods.first { $0.kind == .email }).choice
        let sent = try world.house.recovery.send(begun.handle, choice, by: World.helper)
        try apply(["throttles.codeMessages.resendSeconds": 30])
        world.ambient.advance(.seconds(31))
        #expect(try world.house.recovery.send(begun.handle, choice, by: World.helper) == sent)
        world.ambient.advance(.seconds(29))
        #expect(try world.house.recovery.send(begun.handle, choice, by: World.helper) != sent)
    }

    /// Nobody is locked out of sign-in by somebody else's attempts to recover, under the tightest and the widest numbers.
    @Test(arguments: [true, false])
    func attack_B8_noNumberLetsARecoveryLockSignIn(_ isTight: Bool) throws {
        try apply(
            Dictionary(
                uniqueKeysWithValues: Throttle.all.flatMap(\.numbers).map {
                    ($0.field, isTight ? $0.range.lowerBound : $0.range.upperBound)
                }))
        var tries = 0
        for _ in 1...30 {
            guard let begun = try? world.begun(alice) else { continue }
            let choice = try #require(begun.methods.first { $0.kind == .totp }).choice
            #expect(throws: Refusal.refused) { try world.answer(begun.handle, choice, world.appCode(alice).spoiled) }
            tries += 1
        }
        #expect(tries == (isTight ? 3 : 10))
        try world.signIn(alice)
        #expect(try world.house.accounts.show(alice.name, by: World.administrator).signInLockedUntil == nil)
    }

    @Test func noNumberCanBeOutOfItsRange() throws {
        for number in Throttle.all.flatMap(\.numbers) {
            for wrong in [number.range.lowerBound - 1, number.range.upperBound + 1, 0] {
                #expect(throws: Refusal.self) { try apply([number.field: wrong]) }
            }
        }
        #expect(try world.house.policies.show(nil).version == 0)
    }
}
