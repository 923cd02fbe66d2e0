import SSPRDomain
import SSPRVocabulary
import Testing

/// What a grant is good for: one completion, of one account, purpose and peer.
@Suite struct ResetTests {
    let world = World()

    @Test func theNewPasswordIsInForceAndEverybodyIsTold() throws {
        let alice = try world.enrol("alice")
        let second = try Contact("second@example.net")
        try world.addEmail(alice, second)
        let grant = try world.grant(alice)
        try world.mail()
        try world.reset(alice, grant).reply()
        try world.signIn(alice, World.newPassword)
        #expect(throws: Refusal.refused) { try world.signIn(alice) }
        let mail = try world.mail()
        #expect(mail.map(\.row.kind) == [.passwordReset, .passwordReset])
        #expect(Set(mail.map(\.recipient.text)) == [alice.email.text, second.text])
        #expect(mail.allSatisfy { $0.code?.written == .recoveryCode && $0.account == alice.name })
        #expect(try world.events(.passwordReset).map(\.outcome) == [.succeeded])
    }

    @Test func aPasswordThatIsNoTextIsNamedSoAndOnlyToTheProven() throws {
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        #expect(throws: Refusal.password(.notText)) {
            try world.reset(alice, grant, "tab\tinside a long password").reply()
        }
        #expect(throws: Refusal.refused) {
            try world.reset(
                alice, RecoveryGrant(Secret([UInt8](repeating: 7, count: 32))), "tab\tinside a long password"
            ).reply()
        }
        try world.reset(alice, grant).reply()
        // An invented grant leaves nothing.
        #expect(try world.events(.passwordReset).map(\.outcome) == [.refused, .succeeded])
    }

    @Test func theSamePasswordAgainCostsATryAndIsWrittenDown() throws {
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        for _ in 1...6 {
            #expect(throws: Refusal.password(.sameAsCurrent)) { try world.reset(alice, grant, alice.password).reply() }
        }
        #expect(throws: Refusal.refused) { try world.reset(alice, grant).reply() }
        let events = try world.events(.passwordReset)
        #expect(events.map(\.outcome) == [EventOutcome](repeating: .refused, count: 7))
        #expect(events.map(\.reason) == [EventReason?](repeating: .passwordPolicy, count: 6) + [nil])
    }

    @Test func attack_G1_aGrantIsGoodOnce() throws {
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        try world.reset(alice, grant).reply()
        #expect(throws: Refusal.refused) { try world.reset(alice, grant, "another pass phrase altogether").reply() }
        try world.restart()
        #expect(throws: Refusal.refused) { try world.reset(alice, grant, "another pass phrase altogether").reply() }
        try world.signIn(alice, World.newPassword)
    }

    @Test func attack_G1_aCrashInTheMiddleCostsARestartNeverASecondUse() throws {
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        // The grant is taken; what follows finds no room, and then the process ends.
        world.store.afterCommit { [store = world.store] in store.fail(2) }
        #expect(throws: StoreError.self) { try world.reset(alice, grant).reply() }
        world.store.fail(0)
        try world.restart()
        #expect(throws: Refusal.refused) { try world.reset(alice, grant).reply() }
        try world.signIn(alice)
    }

    @Test func attack_A3_theGrantNamesItsAccountPurposeAndPeer() throws {
        let (alice, bob) = (try world.enrol("alice"), try world.enrol("bob"))
        let grant = try world.grant(alice)
        #expect(throws: Refusal.refused) { try world.reset(bob, grant).reply() }
        #expect(throws: Refusal.refused) { try world.reset(alice, grant, by: World.stranger).reply() }
        #expect(throws: Refusal.refused) {
            try world.run { try world.house.recovery.unlock(alice.name, grant, by: World.helper) }
        }
        #expect(throws: Refusal.refused) {
            try world.reset(alice, RecoveryGrant(Secret([UInt8](repeating: 7, count: 32)))).reply()
        }
        try world.reset(alice, grant).reply()
        let unlock = try world.grant(bob, .unlock)
        #expect(throws: Refusal.refused) { try world.reset(bob, unlock).reply() }
        try world.run { try world.house.recovery.unlock(bob.name, unlock, by: World.helper) }
    }

    @Test func aGrantDiesWithItsRecovery() throws {
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        world.ambient.advance(.minutes(14))
        #expect(throws: Refusal.refused) { try world.reset(alice, grant).reply() }
    }

    @Test func attack_A10_disabledBetweenProofAndUse() throws {
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        try world.house.accounts.setEnabled(alice.name, false, by: World.administrator)
        #expect(throws: Refusal.refused) { try world.reset(alice, grant).reply() }
    }

    @Test func aPolicyGivesTheGrantBackFiveTimes() throws {
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        for round in 1...5 {
            let bad = round == 3 ? alice.password : "short"
            let rule = round == 3 ? PasswordRule.sameAsCurrent : .tooShort
            #expect(throws: Refusal.password(rule)) { try world.reset(alice, grant, bad).reply() }
        }
        try world.reset(alice, grant).reply()
        let other = try world.grant(alice)
        for _ in 1...6 {
            #expect(throws: Refusal.password(.tooShort)) { try world.reset(alice, other, "short").reply() }
        }
        #expect(throws: Refusal.refused) { try world.reset(alice, other, "yet another pass phrase").reply() }
    }

    @Test func theSamePasswordAgainIsRefusedForTheSixthTimeForGood() throws {
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        for _ in 1...6 {
            #expect(throws: Refusal.password(.sameAsCurrent)) { try world.reset(alice, grant, alice.password).reply() }
        }
        #expect(throws: Refusal.refused) { try world.reset(alice, grant).reply() }
    }

    @Test(arguments: [0, 1]) func aFullQueueGivesTheGrantBackForNothing(room: Int) throws {
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice)
        for _ in 1...8 {
            world.hasher.leaveRoom(room)
            #expect(throws: Refusal.busy) { try world.reset(alice, grant).reply() }
        }
        world.hasher.leaveRoom(nil)
        try world.reset(alice, grant).reply()
    }

    @Test func attack_A6_aResetVoidsEverythingElseThatWasUnderWay() throws {
        let alice = try world.enrol("alice")
        let other = try world.begin(alice)
        let code = try world.sendCode(other)
        let second = try world.grant(alice)
        let registration = try world.open(alice)
        try world.reset(alice, world.grant(alice)).reply()
        #expect(throws: Refusal.refused) { try world.answer(other, 1, code) }
        #expect(throws: Refusal.refused) { try world.reset(alice, second, "another pass phrase altogether").reply() }
        #expect(throws: Refusal.refused) { try world.house.registration.beginApp(registration, by: World.helper) }
    }

    @Test func aResetClearsTheSignInLock() throws {
        let alice = try world.enrol("alice")
        let lock = Lock(world, alice.name)
        let grant = try world.grant(alice)
        for _ in 1...10 { _ = lock.guess() }
        try world.reset(alice, grant).reply()
        try world.signIn(alice, World.newPassword)
    }

    @Test func anUnlockClearsTheLockAndChangesNoPassword() throws {
        let alice = try world.enrol("alice")
        let lock = Lock(world, alice.name)
        let grant = try world.grant(alice, .unlock)
        try world.mail()
        for _ in 1...10 { _ = lock.guess() }
        try world.run { try world.house.recovery.unlock(alice.name, grant, by: World.helper) }
        try world.signIn(alice)
        #expect(try world.events(.accountUnlocked).map(\.outcome) == [.succeeded])
        #expect(try world.events(.passwordReset).isEmpty)
        #expect(try world.mail().map(\.row.kind) == [.accountUnlocked])
        #expect(throws: Refusal.refused) {
            try world.run { try world.house.recovery.unlock(alice.name, grant, by: World.helper) }
        }
    }

    @Test(arguments: [AccountRole.administrator, .globalAdministrator])
    func everyOtherGlobalAdministratorIsTold(role: AccountRole) throws {
        let root = try world.enrol("root", role: role)
        let others = [
            try world.enrol("chief", role: .globalAdministrator), try world.enrol("head", role: .globalAdministrator),
        ]
        _ = try world.enrol("admin", role: .administrator)
        _ = try world.enrol("alice")
        let grant = try world.grant(root)
        try world.mail()
        try world.reset(root, grant).reply()
        let mail = try world.mail()
        #expect(mail.filter { $0.row.kind == .passwordReset }.map(\.recipient.text) == [root.email.text])
        let told = mail.filter { $0.row.kind == .administratorReset }
        #expect(Set(told.map(\.recipient.text)) == Set(others.map(\.email.text)) && told.count == 2)
        #expect(told.allSatisfy { $0.account == root.name })
    }

    @Test func aUsersResetTellsNoAdministrator() throws {
        _ = try world.enrol("chief", role: .globalAdministrator)
        let alice = try world.enrol("alice")
        try world.reset(alice, world.grant(alice)).reply()
        #expect(try world.mail().allSatisfy { $0.row.kind != .administratorReset })
    }
}
