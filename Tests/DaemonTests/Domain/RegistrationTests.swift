import SSPRDomain
import SSPRVocabulary
import Testing

/// feature F3: a fresh proof of the password, then each method with a proof that it works.
@Suite struct RegistrationTests {
    let world = World()

    @Test func needsTheCurrentPassword() throws {
        var alice = try world.add("alice")
        alice.password = "not hers"
        #expect(throws: Refusal.refused) { try world.open(alice) }
    }

    @Test func aDisabledAccountMayNotRegister() throws {
        let alice = try world.add("alice")
        let handle = try world.open(alice)
        try world.house.accounts.setEnabled(alice.name, false, by: World.administrator)
        #expect(throws: Refusal.refused) { try world.open(alice) }
        #expect(throws: Refusal.refused) { try world.house.registration.beginApp(handle, by: World.helper) }
        try world.house.accounts.setEnabled(alice.name, true, by: World.administrator)
        #expect(throws: Refusal.refused, "disabling ended it for good") {
            try world.house.registration.beginApp(handle, by: World.helper)
        }
    }

    @Test func onlyAnAdministratorIsToldThatThereIsNoSuchAccount() throws {
        _ = try world.add("alice")
        let (alice, ghost) = (try AccountName("alice"), try AccountName("ghost"))
        #expect(throws: Refusal.notFound) { try world.house.registration.describe(ghost, by: World.administrator) }
        let (known, unknown) = (
            try world.house.registration.describe(alice, by: World.helper),
            try world.house.registration.describe(ghost, by: World.helper)
        )
        #expect(known.missing == unknown.missing && known.available == unknown.available)
        #expect(known.methods.isEmpty && unknown.methods.isEmpty)
    }

    @Test func theHandleIsBoundToThePeerAndLivesTenMinutes() throws {
        let alice = try world.add("alice")
        let handle = try world.open(alice)
        #expect(throws: Refusal.refused) { try world.house.registration.beginApp(handle, by: World.stranger) }
        world.ambient.advance(.seconds(599))
        _ = try world.house.registration.beginApp(handle, by: World.helper)
        world.ambient.advance(.seconds(1))
        #expect(throws: Refusal.refused) { try world.house.registration.beginApp(handle, by: World.helper) }
    }

    @Test func anAddressIsConfirmedByItsCode() throws {
        let alice = try world.add("alice")
        let handle = try world.open(alice)
        let begun = try world.house.registration.begin(handle, .email, at: alice.email, by: World.helper)
        let mail = try world.mail()
        #expect(mail.map(\.recipient) == [.contact(alice.email)] && mail.map(\.row.kind) == [.confirmationCode])
        let code = try #require(mail.first?.code)
        #expect(code.secret.count == 8)
        #expect(throws: Refusal.refused) {
            try world.house.registration.confirm(handle, begun.enrolment, code.spoiled, by: World.helper)
        }
        let confirmed = try world.house.registration.confirm(handle, begun.enrolment, code, by: World.helper)
        #expect(confirmed.missing == 1)
        #expect(throws: Refusal.refused, "once") {
            try world.house.registration.confirm(handle, begun.enrolment, code, by: World.helper)
        }
        let state = try world.house.registration.describe(alice.name, by: World.helper)
        #expect(state.methods.map(\.hint) == ["a•••@•••.org"])
    }

    @Test func fiveWrongCodesVoidIt() throws {
        let alice = try world.add("alice")
        let handle = try world.open(alice)
        let begun = try world.house.registration.begin(handle, .email, at: alice.email, by: World.helper)
        let code = try world.mailedCode()
        for _ in 1...5 {
            #expect(throws: Refusal.refused) {
                try world.house.registration.confirm(handle, begun.enrolment, code.spoiled, by: World.helper)
            }
        }
        #expect(throws: Refusal.refused) {
            try world.house.registration.confirm(handle, begun.enrolment, code, by: World.helper)
        }
    }

    @Test func attack_A3_aCodeOfAnotherEnrolmentIsRefused() throws {
        let (alice, bob) = (try world.add("alice"), try world.add("bob"))
        let (hers, his) = (try world.open(alice), try world.open(bob))
        let begun = try world.house.registration.begin(hers, .email, at: alice.email, by: World.helper)
        let code = try world.mailedCode()
        _ = try world.house.registration.begin(his, .email, at: bob.email, by: World.helper)
        let other = try world.mailedCode()
        #expect(throws: Refusal.refused) {
            try world.house.registration.confirm(his, begun.enrolment, code, by: World.helper)
        }
        #expect(throws: Refusal.refused) {
            try world.house.registration.confirm(hers, begun.enrolment, other, by: World.helper)
        }
        _ = try world.house.registration.confirm(hers, begun.enrolment, code, by: World.helper)
    }

    @Test func atMostTwoAddressesNoneTwice() throws {
        let alice = try world.add("alice")
        try world.addEmail(alice)
        let handle = try world.open(alice)
        #expect(throws: Refusal.conflict) {
            try world.house.registration.begin(handle, .email, at: alice.email, by: World.helper)
        }
        try world.addEmail(alice, Contact("second@example.net"))
        let third = try world.open(alice)
        #expect(throws: Refusal.conflict) {
            try world.house.registration.begin(third, .email, at: Contact("third@example.net"), by: World.helper)
        }
    }

    @Test func theLimitHoldsForEnrolmentsThatWereBegunTogether() throws {
        let alice = try world.add("alice")
        let handle = try world.open(alice)
        let addresses = try ["one@example.org", "two@example.org", "three@example.org"]
            .map { try Contact($0) }
        let begun = try addresses.map { address in
            world.ambient.advance(.seconds(60))
            let begun = try world.house.registration.begin(handle, .email, at: address, by: World.helper)
            return (begun.enrolment, try world.mailedCode())
        }
        func confirm(_ place: Int) throws {
            _ = try world.house.registration.confirm(handle, begun[place].0, begun[place].1, by: World.helper)
        }
        let second = try world.open(alice)
        let same = try world.house.registration.begin(second, .email, at: addresses[0], by: World.helper)
        let code = try world.mailedCode()
        try confirm(0)
        #expect(throws: Refusal.conflict, "the same address") {
            try world.house.registration.confirm(second, same.enrolment, code, by: World.helper)
        }
        try confirm(1)
        #expect(throws: Refusal.conflict, "a third address") { try confirm(2) }
        #expect(try world.house.registration.describe(alice.name, by: World.helper).methods.count == 2)
    }

    @Test func atMostFiveAppsAlsoTogether() throws {
        var alice = try world.add("alice")
        let handle = try world.open(alice)
        let begun = try (1...6).map { _ in try world.house.registration.beginApp(handle, by: World.helper) }
        alice.keys = begun.compactMap(\.key)
        #expect(Set(alice.keys.map(\.copy)).count == 6 && alice.keys.allSatisfy { $0.count == 20 })
        for place in 0..<5 {
            _ = try world.house.registration.confirm(
                handle, begun[place].enrolment, world.appCode(alice, key: place), by: World.helper)
        }
        #expect(throws: Refusal.conflict) {
            try world.house.registration.confirm(
                handle, begun[5].enrolment, world.appCode(alice, key: 5), by: World.helper)
        }
        #expect(throws: Refusal.conflict) { try world.house.registration.beginApp(handle, by: World.helper) }
    }

    @Test func fiveCodeMessagesAnHourAndNoMore() throws {
        let alice = try world.add("alice")
        let handle = try world.open(alice)
        for round in 1...5 {
            _ = try world.house.registration.begin(
                handle, .email, at: Contact("a\(round)@example.org"), by: World.helper)
        }
        #expect(throws: Refusal.throttled(until: world.now + .hours(1))) {
            try world.house.registration.begin(handle, .email, at: alice.email, by: World.helper)
        }
        #expect(try world.mail().count == 5)
    }

    @Test func theCodeThatConfirmedAnAppDoesNotRecover() throws {
        var alice = try world.add("alice")
        try world.addEmail(alice)
        try world.addApp(&alice)
        let handle = try world.begin(alice)
        #expect(throws: Refusal.refused) { try world.answer(handle, 2, world.appCode(alice)) }
        world.ambient.advance(.seconds(30))
        #expect(throws: Refusal.refused, "the same step, now the one before") {
            try world.answer(handle, 2, world.appCode(alice, offset: -1))
        }
        try world.answer(handle, 2, world.appCode(alice))
    }

    @Test func aNewAddressCoolsOffUnlessItIsOfTheFirstRegistration() throws {
        let alice = try world.enrol("alice")
        try world.addEmail(alice, Contact("second@example.net"))
        #expect(try world.house.recovery.begin(alice.name, .reset, by: World.helper).methods.count == 2)
        world.ambient.advance(.hours(24))
        #expect(try world.house.recovery.begin(alice.name, .reset, by: World.helper).methods.count == 3)
    }

    @Test func theAddressesThatWereThereAreTold() throws {
        let alice = try world.enrol("alice")
        let second = try Contact("second@example.net")
        let handle = try world.open(alice)
        let begun = try world.house.registration.begin(handle, .email, at: second, by: World.helper)
        let code = try world.mailedCode()
        _ = try world.house.registration.confirm(handle, begun.enrolment, code, by: World.helper)
        let told = try world.mail().filter { $0.row.kind == .methodAdded }
        #expect(told.map(\.recipient) == [.contact(alice.email), .contact(second)])
    }

    @Test func anAddressIsSentOneCodeAMinute() throws {
        let alice = try world.add("alice")
        let handle = try world.open(alice)
        _ = try world.house.registration.begin(handle, .email, at: alice.email, by: World.helper)
        world.ambient.advance(.seconds(59))
        #expect(throws: Refusal.throttled(until: world.now + .seconds(1))) {
            try world.house.registration.begin(handle, .email, at: alice.email, by: World.helper)
        }
        _ = try world.house.registration.begin(handle, .email, at: Contact("other@example.org"), by: World.helper)
        world.ambient.advance(.seconds(1))
        _ = try world.house.registration.begin(handle, .email, at: alice.email, by: World.helper)
        #expect(try world.mail().map(\.recipient.text) == [alice.email.text, "other@example.org", alice.email.text])
    }

    @Test func invariant_I9_aNewCodeVoidsTheOldOneAndKeepsTheCount() throws {
        let alice = try world.add("alice")
        let handle = try world.open(alice)
        func begin() throws -> (id: EnrolmentID, code: OneTimeCode) {
            let begun = try world.house.registration.begin(handle, .email, at: alice.email, by: World.helper)
            return (begun.enrolment, try world.mailedCode())
        }
        func confirm(_ id: EnrolmentID, _ code: OneTimeCode) throws {
            _ = try world.house.registration.confirm(handle, id, code, by: World.helper)
        }
        let first = try begin()
        for _ in 1...4 { #expect(throws: Refusal.refused) { try confirm(first.id, first.code.spoiled) } }
        world.ambient.advance(.seconds(60))
        let second = try begin()
        #expect(throws: Refusal.refused, "void") { try confirm(first.id, first.code) }
        #expect(throws: Refusal.refused, "the fifth wrong one") { try confirm(second.id, second.code.spoiled) }
        #expect(throws: Refusal.refused, "tried too often") { try confirm(second.id, second.code) }
        world.ambient.advance(.seconds(60))
        #expect(throws: Refusal.throttled(until: world.now + .minutes(8)), "another code would be void from the start")
        {
            try begin()
        }
        try world.addEmail(alice)
    }

    @Test func attack_A11_anAppThatWasAddedLaterCoolsOffToo() throws {
        var alice = try world.enrol("alice")
        try world.addApp(&alice)
        world.ambient.advance(.seconds(60))
        let name = alice.name
        func proveWithTheNewApp() throws {
            _ = try world.run {
                try world.house.registration.prove(
                    name, Secret(text: alice.password), and: .code(world.appCode(alice, key: 1)), by: World.helper)
            }
        }
        #expect(throws: Refusal.refused) { try proveWithTheNewApp() }
        #expect(try world.house.recovery.begin(name, .reset, by: World.helper).methods.count == 2)
        world.ambient.advance(.hours(24))
        try proveWithTheNewApp()
        #expect(try world.house.recovery.begin(name, .reset, by: World.helper).methods.count == 3)
    }
}
