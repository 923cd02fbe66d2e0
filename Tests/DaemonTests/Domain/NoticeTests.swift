import SSPRDomain
import SSPRVocabulary
import Testing

/// Whom a recovery's notices reach, and in which order.
@Suite struct NoticeTests {
    @Test func attack_G12_whoCarriedNoCodeIsToldFirst() throws {
        let world = World()
        let alice = try world.enrol("alice")
        let other = try Contact("other@example.net")
        try world.addEmail(alice, other)
        world.ambient.advance(.hours(25))
        try world.mail()
        // Choice 1 is the address that has been there for longest; both are queued in one moment.
        try world.reset(alice, world.grant(alice)).reply()
        let told = try world.mail()
        #expect(told.map(\.recipient) == [.contact(other), .contact(alice.email)])
        #expect(told.map(\.row.kind) == [.passwordReset, .passwordReset])
        #expect(try world.events(.noticeMissed) == [])
    }

    @Test(arguments: [RecoveryPurpose.reset, .unlock])
    func attack_G12_toldOnlyWhereTheCodeWentIsInTheTrail(_ purpose: RecoveryPurpose) throws {
        let world = World()
        let alice = try world.enrol("alice")
        let grant = try world.grant(alice, purpose)
        if purpose == .reset {
            try world.reset(alice, grant).reply()
        } else {
            try world.run { try world.house.recovery.unlock(alice.name, grant, by: World.helper) }
        }
        #expect(try world.mail().map(\.recipient) == [.contact(alice.email)])
        let missed = try world.events(.noticeMissed)
        #expect(missed.map(\.outcome) == [.unavailable] && missed.map(\.account) == [alice.name])
        #expect(missed.map(\.recovery) == [try world.events(.recoveryGranted).last?.recovery])
    }

    @Test func attack_G12_aResetThatNobodyIsToldOfIsInTheTrail() throws {
        let world = World(policy: Policy(proofsNeeded: 1))
        var alice = try world.add("alice")
        try world.addApp(&alice)
        world.ambient.advance(.hours(25))
        let handle = try world.begin(alice)
        let grant = try #require(try world.answer(handle, 1, world.appCode(alice)).grant)
        try world.reset(alice, grant).reply()
        #expect(try world.mail().isEmpty)
        #expect(try world.events(.noticeMissed).map(\.outcome) == [.failed])
    }

    @Test func attack_G12_aSpentBudgetTellsTheOthersFirst() throws {
        let world = World()
        let alice = try world.enrol("alice")
        let other = try Contact("other@example.net")
        try world.addEmail(alice, other)
        world.ambient.advance(.hours(25))
        try world.mail()
        let grant = try world.grant(alice)
        // 19 of the 20 notices of the hour are gone.
        let now = world.now
        try world.store.write { tx in
            var counter = CounterRow(subject: .account(alice.id), kind: .notices, firstAt: now, lastAt: now)
            counter.count = 19
            try tx.upsert(counter)
        }
        try world.reset(alice, grant).reply()
        #expect(try world.mail().map(\.recipient) == [.contact(other)])
    }

    @Test func aChangedPasswordIsNoRecovery() throws {
        let world = World()
        let alice = try world.enrol("alice")
        try world.run {
            try world.house.signIn.change(
                alice.name, current: Secret(text: alice.password), new: Secret(text: World.newPassword),
                by: World.helper)
        }
        #expect(try world.mail().map(\.recipient) == [.contact(alice.email)])
        #expect(try world.events(.noticeMissed) == [])
    }
}
