import SSPRDomain
import SSPRVocabulary
import Testing

/// feature F11: five wrong proofs in a day, five tries a code, ten failures a method, five messages an hour, sixty seconds apart.
@Suite struct RecoveryThrottleTests {
    let world = World()

    @Test func attack_B4_fiveWrongProofsBlockTheAccountWhateverTheRecovery() throws {
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        let code = try world.sendCode(handle)
        for round in 1...5 {
            let other = try world.begin(alice)
            #expect(throws: Refusal.refused, "\(round)") { try world.answer(other, 2, world.appCode(alice).spoiled) }
        }
        let until = world.now + .hours(24)
        world.ambient.advance(.minutes(1))
        #expect(throws: Refusal.throttled(until: until)) { try world.answer(handle, 1, code) }
        #expect(throws: Refusal.throttled(until: until)) { try world.answer(handle, 2, world.appCode(alice)) }
        #expect(throws: Refusal.throttled(until: until)) { try world.begin(alice) }
        #expect(throws: Refusal.throttled(until: until)) { try world.house.recovery.send(handle, 1, by: World.helper) }
        #expect(try world.events(.recoveryBlocked).count == 1)
        #expect(try world.mail().map(\.row.kind) == [.recoveryBlocked])
        #expect(try world.house.accounts.show(alice.name, by: World.administrator).recoveryBlockedUntil == until)
        world.ambient.turn(to: until)
        #expect(try world.grant(alice).secret.count == 32)
    }

    @Test func attack_B4_noDayHoldsMoreThanFiveWrongProofs() throws {
        let alice = try world.enrol("alice")
        var wrongAt: [Timestamp] = []
        // One, three just before its day is over, and as many as go just after it.
        for (pause, tries) in [(0, 1), (24 * 3600 - 60, 3), (61, 4)] as [(Int64, Int)] {
            world.ambient.advance(.seconds(pause))
            guard let handle = try? world.begin(alice) else { continue }
            for _ in 1...tries {
                do { try world.answer(handle, 2, world.appCode(alice).spoiled) } catch Refusal.refused {
                    wrongAt.append(world.now)
                } catch {}
            }
        }
        let inADay = wrongAt.map { start in wrongAt.count { $0 >= start && $0 < start + .hours(24) } }
        #expect(wrongAt.count >= 5 && inADay.allSatisfy { $0 <= 5 }, "\(inADay)")
    }

    @Test func attack_B8_theBlockDoesNotTouchSignIn() throws {
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        for _ in 1...5 {
            #expect(throws: Refusal.refused) { try world.answer(handle, 2, world.appCode(alice).spoiled) }
        }
        try world.signIn(alice)
        let state = try world.house.accounts.show(alice.name, by: World.administrator)
        #expect(state.signInLockedUntil == nil && state.recoveryBlockedUntil != nil)
    }

    @Test func attack_C3_aGhostIsBlockedAtTheSameCount() throws {
        let alice = try world.enrol("alice")
        let ghost = try AccountName("ghost")
        func story(_ name: AccountName, _ wrong: OneTimeCode) throws -> [Refusal] {
            let handle = try world.house.recovery.begin(name, .reset, by: World.helper).handle
            return (1...7).map { _ in
                do {
                    try world.answer(handle, 2, wrong)
                    return .malformed
                } catch {
                    return error as? Refusal ?? .malformed
                }
            }
        }
        let wrong = world.appCode(alice).spoiled
        #expect(try story(alice.name, wrong) == story(ghost, wrong))
        #expect(throws: Refusal.throttled(until: world.now + .hours(24))) {
            try world.house.recovery.begin(ghost, .unlock, by: World.stranger)
        }
    }

    @Test func aSuccessfulResetClearsTheCountAndARightProofAloneDoesNot() throws {
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        for _ in 1...4 {
            #expect(throws: Refusal.refused) { try world.answer(handle, 2, world.appCode(alice).spoiled) }
        }
        try world.proveEmail(handle)
        #expect(throws: Refusal.refused) { try world.answer(handle, 2, world.appCode(alice).spoiled) }
        #expect(throws: Refusal.throttled(until: world.now + .hours(24))) { try world.begin(alice) }
        world.ambient.advance(.hours(24))
        let second = try world.begin(alice)
        for _ in 1...4 {
            #expect(throws: Refusal.refused) { try world.answer(second, 2, world.appCode(alice).spoiled) }
        }
        try world.reset(alice, world.grant(alice)).reply()
        let third = try world.begin(alice)
        for _ in 1...4 { #expect(throws: Refusal.refused) { try world.answer(third, 2, world.appCode(alice).spoiled) } }
        #expect(try world.begin(alice).secret.count == 32)
    }

    @Test func attack_B5_aResentCodeKeepsTheCountAndVoidsTheOneBefore() throws {
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        let first = try world.sendCode(handle)
        for _ in 1...3 { #expect(throws: Refusal.refused) { try world.answer(handle, 1, first.spoiled) } }
        // Another recovery succeeds and clears the account's count; the code's own stays.
        let grant = try world.grant(alice, .unlock)
        try world.run { try world.house.recovery.unlock(alice.name, grant, by: World.helper) }
        let second = try world.sendCode(handle)
        #expect(throws: Refusal.refused, "the older one is void") { try world.answer(handle, 1, first) }
        #expect(throws: Refusal.refused) { try world.answer(handle, 1, second.spoiled) }
        world.ambient.advance(.seconds(60))
        let third = try world.sendCode(handle)
        #expect(throws: Refusal.refused, "five wrong tries are five, in whatever code") {
            try world.answer(handle, 1, third)
        }
    }

    @Test func attack_B5_theFourthWrongTryLeavesOne() throws {
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        let first = try world.sendCode(handle)
        for _ in 1...4 { #expect(throws: Refusal.refused) { try world.answer(handle, 1, first.spoiled) } }
        world.ambient.advance(.seconds(60))
        try world.answer(handle, 1, world.sendCode(handle))
    }

    @Test func askingAgainWithinAMinuteSendsNothingAndSaysWhen() throws {
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        let first = try world.house.recovery.send(handle, 1, by: World.helper)
        #expect(first.resendAt == world.now + .seconds(60) && first.expiresAt == world.now + .minutes(10))
        world.ambient.advance(.seconds(59))
        #expect(try world.house.recovery.send(handle, 1, by: World.helper) == first)
        #expect(try world.mail().count == 1)
        world.ambient.advance(.seconds(1))
        #expect(try world.house.recovery.send(handle, 1, by: World.helper) != first)
        #expect(try world.mail().count == 1)
    }

    @Test(arguments: ["alice", "ghost"]) func fiveMessagesAnHourAndTheReplyDoesNotChange(name: String) throws {
        _ = try world.enrol("alice")
        let account = try AccountName(name)
        var challenges: [Recovery.Challenge] = []
        for _ in 1...7 {
            let handle = try world.house.recovery.begin(account, .reset, by: World.helper).handle
            challenges.append(try world.house.recovery.send(handle, 1, by: World.helper))
        }
        #expect(Set(challenges.map(\.expiresAt)).count == 1 && Set(challenges.map(\.resendAt)).count == 1)
        #expect(try world.mail().count == (name == "alice" ? 5 : 0))
        #expect(
            try world.events(.proofRequested).map(\.outcome) == [
                .succeeded, .succeeded, .succeeded, .succeeded, .succeeded, .throttled, .throttled,
            ])
        world.ambient.advance(.hours(1))
        let handle = try world.house.recovery.begin(account, .reset, by: World.helper).handle
        _ = try world.house.recovery.send(handle, 1, by: World.helper)
        #expect(try world.mail().count == (name == "alice" ? 1 : 0))
    }

    @Test func attack_B6_tenFailuresInARowDisableTheMethod() throws {
        let alice = try world.enrol("alice")
        for _ in 1...2 {
            let handle = try world.begin(alice)
            for _ in 1...5 {
                #expect(throws: Refusal.refused) { try world.answer(handle, 2, world.appCode(alice).spoiled) }
            }
            world.ambient.advance(.hours(24))
        }
        #expect(try world.events(.methodDisabled).map(\.method) == [.totp])
        #expect(try world.mail().map(\.row.kind).contains(.methodDisabled), "and the owner is told")
        // It is shown as before, and proves nothing.
        let handle = try world.begin(alice)
        #expect(throws: Refusal.refused) { try world.proveApp(handle, alice) }
        #expect(try world.house.registration.describe(alice.name, by: World.helper).missing == 1)
    }

    @Test func attack_B6_guessingWhatWasNeverSentDisablesNothing() throws {
        let alice = try world.enrol("alice")
        for _ in 1...3 {
            let handle = try world.begin(alice)
            for _ in 1...5 {
                #expect(throws: Refusal.refused) { try world.answer(handle, 1, OneTimeCode(number: 1, digits: 8)) }
            }
            world.ambient.advance(.hours(24))
        }
        #expect(try world.events(.methodDisabled).isEmpty)
        #expect(try world.house.registration.describe(alice.name, by: World.helper).missing == 0)
    }

    @Test func attack_B5_aSuccessClearsOnlyTheMethodsThatWereUsed() throws {
        var alice = try world.enrol("alice")
        try world.addApp(&alice)
        world.ambient.advance(.hours(24))
        let begun = try world.house.recovery.begin(alice.name, .reset, by: World.helper)
        let other = try #require(begun.methods.last { $0.kind == .totp && $0.choice != 2 })
        for choice in [2, other.choice] {
            for _ in 1...2 {
                #expect(throws: Refusal.refused) {
                    try world.answer(begun.handle, choice, world.appCode(alice).spoiled)
                }
            }
        }
        try world.reset(alice, world.grant(alice)).reply()
        let apps = try world.house.registration.describe(alice.name, by: World.helper).methods.filter {
            $0.row.kind == .totp
        }
        #expect(apps.map(\.failures) == [0, 2])
    }

    @Test func attack_F6_madeUpNamesDoNotSwitchTheLimitsOff() throws {
        let alice = try world.enrol("alice")
        let wrong = world.appCode(alice).spoiled
        let begun = (try world.house.recovery.begin(AccountName("early"), .reset, by: World.helper), world.now)
        let now = world.now
        // As many as are remembered; one more is throttled, not let through uncounted.
        try world.store.write { tx in
            for number in 0..<UInt64(100_000) {
                let name = (0..<16).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
                try tx.upsert(CounterRow(subject: .stranger(name), kind: .recovery, firstAt: now, lastAt: now))
            }
        }
        #expect(throws: Refusal.throttled(until: now + .hours(1))) {
            try world.house.recovery.begin(AccountName("ghost"), .reset, by: World.helper)
        }
        let handle = try world.begin(alice)
        for _ in 1...5 { #expect(throws: Refusal.refused) { try world.answer(handle, 2, wrong) } }
        #expect(throws: Refusal.throttled(until: world.now + .hours(24))) { try world.begin(alice) }
        // Whatever is counted of a stranger: signing in, a pass, and what was begun before the table was full.
        let ghost = try AccountName("ghost")
        #expect(throws: Refusal.throttled(until: world.now + .hours(1))) {
            try world.run {
                try world.house.signIn.authenticate(ghost, Secret(text: "some pass phrase"), by: World.helper)
            }
        }
        #expect(throws: Refusal.throttled(until: begun.1 + .hours(1))) {
            try world.house.recovery.send(begun.0.handle, 1, by: World.helper)
        }
        #expect(throws: Refusal.throttled(until: world.now + .hours(1))) {
            try world.answer(begun.0.handle, 1, wrong)
        }
        #expect(try world.store.read { try $0.strangerCounters() } == 100_000)
        // Whoever is known signs in as ever.
        try world.signIn(alice)
        // What nobody has touched for a day makes room.
        world.ambient.advance(.hours(24))
        #expect(throws: Refusal.throttled(until: world.now + .hours(1))) {
            try world.house.recovery.begin(ghost, .reset, by: World.helper)
        }
        world.ambient.advance(.seconds(1))
        _ = try world.house.recovery.begin(ghost, .reset, by: World.helper)
        #expect(try world.store.read { try $0.strangerCounters() } < 100)
    }
}
