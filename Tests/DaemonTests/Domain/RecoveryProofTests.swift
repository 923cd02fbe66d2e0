import SSPRDomain
import SSPRVocabulary
import Testing

/// feature F4: what a recovery offers, which proofs count, and which do not.
@Suite struct RecoveryProofTests {
    let world = World()

    @Test func twoProofsOfDifferentClassesAreAGrant() throws {
        let alice = try world.enrol("alice")
        let begun = try world.house.recovery.begin(alice.name, .reset, by: World.helper)
        #expect(begun.proofsNeeded == 2 && begun.expiresAt == world.now + .minutes(15))
        #expect(begun.methods.map(\.kind) == [.email, .totp] && begun.methods.map(\.choice) == [1, 2])
        #expect(begun.methods.map(\.hint) == ["a•••@•••.org", nil])
        let first = try world.proveEmail(begun.handle)
        #expect(first.grant == nil && first.proofsMissing == 1 && first.methods.map(\.kind) == [.totp])
        let second = try world.proveApp(begun.handle, alice)
        #expect(second.grant != nil && second.proofsMissing == 0 && second.methods.isEmpty)
        #expect(
            try world.events().map(\.kind).suffix(7) == [
                .recoveryBegun, .proofRequested, .deliveryTaken, .deliverySettled, .proofAnswered, .proofAnswered,
                .recoveryGranted,
            ])
    }

    @Test func twoAddressesAreOneClass() throws {
        let alice = try world.enrol("alice")
        try world.addEmail(alice, Contact("second@example.net"))
        world.ambient.advance(.hours(25))
        try world.mail()
        let begun = try world.house.recovery.begin(alice.name, .reset, by: World.helper)
        let other = try #require(begun.methods.last { $0.kind == .email })
        let code = try world.sendCode(begun.handle, choice: 1)
        let second = try world.sendCode(begun.handle, choice: other.choice)
        let progress = try world.answer(begun.handle, 1, code)
        #expect(progress.methods.map(\.kind) == [.totp])
        #expect(throws: Refusal.refused) { try world.answer(begun.handle, other.choice, second) }
        #expect(throws: Refusal.refused) { try world.house.recovery.send(begun.handle, other.choice, by: World.helper) }
    }

    @Test func onePolicyProofIsEnoughForUsersAndNeverForAdministrators() throws {
        world.adopt(Policy(proofsNeeded: 1, questionsEnabled: true))
        let (alice, root) = (try world.enrol("alice"), try world.enrol("root", role: .administrator))
        #expect(try world.proveEmail(world.begin(alice)).grant != nil)
        #expect(try world.proveEmail(world.begin(root)).grant == nil)
    }

    @Test func theNumberOfProofsIsFixedAtTheBeginning() throws {
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        world.adopt(Policy(proofsNeeded: 1))
        #expect(try world.proveEmail(handle).grant == nil)
    }

    @Test func attack_A3_aCodeBelongsToItsRecovery() throws {
        let (alice, bob) = (try world.enrol("alice"), try world.enrol("bob"))
        let (hers, his) = (try world.begin(alice), try world.begin(bob))
        let code = try world.sendCode(his)
        _ = try world.sendCode(hers)
        #expect(throws: Refusal.refused) { try world.answer(hers, 1, code) }
        #expect(throws: Refusal.refused) { try world.answer(hers, 2, code) }
        try world.answer(his, 1, code)
        let again = try world.begin(bob)
        #expect(throws: Refusal.refused) { try world.answer(again, 1, code) }
    }

    @Test func theHandleIsBoundToThePeerAndLivesFifteenMinutes() throws {
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        let code = try world.sendCode(handle)
        #expect(throws: Refusal.refused) {
            try world.house.recovery.answer(handle, 1, code: code, by: World.stranger)
        }
        #expect(throws: Refusal.refused) { try world.house.recovery.send(handle, 1, by: World.stranger) }
        #expect(throws: Refusal.refused) { try world.house.recovery.cancel(handle, by: World.stranger) }
        try world.answer(handle, 1, code)
        world.ambient.advance(.seconds(15 * 60 - 1))
        #expect(throws: Never.self) { try world.answer(handle, 2, world.appCode(alice)) }
        let late = try world.begin(alice)
        world.ambient.advance(.minutes(15))
        #expect(throws: Refusal.refused) { try world.answer(late, 2, world.appCode(alice)) }
        #expect(throws: Refusal.refused) { try world.house.recovery.send(late, 1, by: World.helper) }
    }

    @Test func aCodeLivesTenMinutes() throws {
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        let code = try world.sendCode(handle)
        world.ambient.advance(.seconds(599))
        let other = try world.begin(alice)
        let second = try world.sendCode(other)
        try world.answer(handle, 1, code)
        world.ambient.advance(.minutes(10))
        #expect(throws: Refusal.refused) { try world.answer(other, 1, second) }
        #expect(try world.events(.proofAnswered).last?.reason == .expired)
    }

    @Test func attack_B1_anAppCodeWorksOnceWhateverTheStep() throws {
        let alice = try world.enrol("alice")
        let (first, second) = (try world.begin(alice), try world.begin(alice))
        let code = world.appCode(alice)
        let before = world.appCode(alice, offset: -1)
        try world.answer(first, 2, code)
        for attempt in [code, before] {
            #expect(throws: Refusal.refused) { try world.answer(second, 2, attempt) }
        }
        try world.restart()
        #expect(throws: Refusal.refused) { try world.answer(second, 2, code) }
        #expect(try world.events(.proofAnswered).map(\.outcome) == [.succeeded, .used, .used, .used])
    }

    @Test func attack_B14_exactlyThisStepAndTheOneBefore() throws {
        let alice = try world.enrol("alice")
        for (offset, isRight) in [(-2, false), (1, false), (-1, true), (0, true)] {
            let handle = try world.begin(alice)
            let answer = { try world.answer(handle, 2, world.appCode(alice, offset: offset)) }
            if isRight { _ = try answer() } else { #expect(throws: Refusal.refused) { try answer() } }
        }
    }

    @Test func attack_B9_fiftyRightCodesAreOneSuccessAndNoCharge() throws {
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        let code = try world.sendCode(handle)
        let outcomes = (1...50).map { _ in (try? world.answer(handle, 1, code)) != nil }
        #expect(outcomes.count { $0 } == 1 && outcomes[0])
        let app = world.appCode(alice)
        let others = try (1...50).map { _ in try world.begin(alice) }
        #expect(others.count { (try? world.answer($0, 2, app)) != nil } == 1)
        #expect(try world.events(.proofAnswered).count { $0.outcome == .used } == 98)
        #expect(try world.house.accounts.show(alice.name, by: World.administrator).recoveryBlockedUntil == nil)
        for _ in 1...4 { #expect(throws: Refusal.refused) { try world.answer(handle, 2, app.spoiled) } }
        world.ambient.advance(.seconds(30))
        #expect(try world.answer(handle, 2, world.appCode(alice)).grant != nil, "four wrong ones are not five")
    }

    @Test func aChoiceThatIsNotOfferedIsRefusedAndCharged() throws {
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        #expect(throws: Refusal.refused) { try world.house.recovery.send(handle, 9, by: World.helper) }
        for _ in 1...5 { #expect(throws: Refusal.refused) { try world.answer(handle, 9, world.appCode(alice)) } }
        #expect(throws: Refusal.throttled(until: world.now + .hours(24))) {
            try world.answer(handle, 2, world.appCode(alice))
        }
    }

    @Test func aCancelledRecoveryIsOver() throws {
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        let code = try world.sendCode(handle)
        try world.house.recovery.cancel(handle, by: World.helper)
        #expect(throws: Refusal.refused) { try world.answer(handle, 1, code) }
        #expect(throws: Refusal.refused) { try world.house.recovery.cancel(handle, by: World.helper) }
        #expect(try world.events(.recoveryCancelled).count == 1)
    }

    @Test func disabledBetweenTwoProofsNothingIsAccepted() throws {
        let alice = try world.enrol("alice")
        let handle = try world.begin(alice)
        try world.proveEmail(handle)
        try world.house.accounts.setEnabled(alice.name, false, by: World.administrator)
        #expect(throws: Refusal.refused) { try world.proveApp(handle, alice) }
        let code = try world.house.recovery.begin(alice.name, .reset, by: World.helper)
        #expect(code.methods.map(\.hint) == ["a•••@•••.org", nil], "disabling changes nothing visible")
        _ = try world.house.recovery.send(code.handle, 1, by: World.helper)
        #expect(try world.mail().isEmpty, "and nothing is delivered")
    }
}
