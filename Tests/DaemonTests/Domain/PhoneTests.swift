import SSPRDomain
import SSPRVocabulary
import Testing

/// feature F2: a mobile phone gets its code by text message or call, an office phone by call, and the whole number is typed first.
@Suite struct PhoneTests {
    let world = World(policy: Policy(phonesEnabled: true))
    private let number = "+493055512342"

    /// Alice with an address, an app and a mobile phone, all usable.
    private func alice() throws -> Person {
        let alice = try world.enrol("alice")
        try world.addPhone(alice, .mobilePhone, number)
        world.ambient.advance(.hours(49))
        try world.mail()
        return alice
    }

    private func send(
        _ handle: RecoveryHandle, via channel: DeliveryChannel? = nil, _ typed: String?
    ) throws -> Recovery.Challenge {
        try world.house.recovery.send(
            handle, 3, via: channel, confirming: typed.map { try Contact($0) }, by: World.helper)
    }

    @Test(arguments: [(MethodKind.mobilePhone, DeliveryChannel.sms), (.mobilePhone, .voice), (.officePhone, .voice)])
    func aPhoneIsConfirmedByTheCodeThatItIsSent(_ kind: MethodKind, _ channel: DeliveryChannel) throws {
        let alice = try world.add("alice")
        let handle = try world.open(alice)
        let begun = try world.house.registration.begin(
            handle, kind, at: Contact(number), via: channel, by: World.helper)
        let sent = try world.mail()
        #expect(sent.map(\.row.channel) == [channel] && sent.map(\.recipient.text) == [number])
        let code = try #require(sent.first?.code)
        #expect(throws: Refusal.refused) {
            try world.house.registration.confirm(handle, begun.enrolment, code.spoiled, by: World.helper)
        }
        _ = try world.house.registration.confirm(handle, begun.enrolment, code, by: World.helper)
        let state = try world.house.registration.describe(alice.name, by: World.helper)
        #expect(state.methods.map(\.hint) == ["+•• ••••••42"] && state.methods.map(\.row.kind) == [kind])
    }

    @Test func onlyAnOfficePhoneHasAnExtensionAndOnlyAMobileTakesTexts() throws {
        let alice = try world.add("alice")
        let handle = try world.open(alice)
        func begin(_ kind: MethodKind, _ contact: String, _ channel: DeliveryChannel? = nil) throws {
            _ = try world.house.registration.begin(
                handle, kind, at: Contact(contact), via: channel, by: World.helper)
        }
        #expect(throws: Refusal.malformed) { try begin(.mobilePhone, "\(number);ext=7") }
        #expect(throws: Refusal.malformed) { try begin(.officePhone, number, .sms) }
        #expect(throws: Refusal.malformed) { try begin(.mobilePhone, number, .email) }
        #expect(throws: Refusal.malformed) { try begin(.mobilePhone, "alice@example.org") }
        #expect(throws: Refusal.malformed) { try begin(.email, number) }
        try begin(.officePhone, "\(number);ext=7")
    }

    @Test func phonesAreOffUntilTheyAreSwitchedOn() throws {
        let world = World()
        let alice = try world.add("alice")
        let handle = try world.open(alice)
        #expect(throws: Refusal.notFound) {
            try world.house.registration.begin(handle, .mobilePhone, at: Contact(number), by: World.helper)
        }
        let state = try world.house.registration.describe(alice.name, by: World.helper)
        #expect(!state.available.contains(.mobilePhone) && !state.available.contains(.officePhone))
    }

    @Test func twoMobilesAndOneOfficePhoneNoNumberTwice() throws {
        let alice = try world.add("alice")
        try world.addPhone(alice, .mobilePhone, number)
        world.ambient.advance(.hours(2))
        #expect(throws: Refusal.conflict, "the same line") {
            try world.addPhone(alice, .officePhone, "\(number);ext=7")
        }
        try world.addPhone(alice, .mobilePhone, "+493055512343")
        world.ambient.advance(.hours(2))
        #expect(throws: Refusal.conflict) { try world.addPhone(alice, .mobilePhone, "+493055512344") }
        try world.addPhone(alice, .officePhone, "+493055512345;ext=7")
        world.ambient.advance(.hours(2))
        #expect(throws: Refusal.conflict) { try world.addPhone(alice, .officePhone, "+493055512346") }
    }

    @Test func aPasswordIsResetWithAPhoneAndAnApp() throws {
        let alice = try alice()
        let handle = try world.begin(alice)
        _ = try send(handle, number)
        let sent = try world.mail()
        #expect(sent.map(\.row.channel) == [.sms] && sent.map(\.recipient.text) == [number])
        #expect(try world.answer(handle, 3, #require(sent.first?.code)).proofsMissing == 1)
        let grant = try #require(try world.proveApp(handle, alice).grant)
        #expect(try world.reset(alice, grant).outcome != nil)
        try world.signIn(alice, World.newPassword)
        let told = try world.mail().filter { $0.row.kind == .passwordReset }
        #expect(Set(told.map(\.recipient.text)) == ["alice@example.org", number], "the phone is told as well")
        #expect(Set(told.map(\.row.channel)) == [.email, .sms])
    }

    @Test func theCodeIsSpokenWhenTheUserSaysSo() throws {
        let handle = try world.begin(alice())
        _ = try send(handle, via: .voice, number)
        #expect(try world.mail().map(\.row.channel) == [.voice])
        #expect(throws: Refusal.malformed) { try send(handle, via: .email, number) }
    }

    @Test func withAnotherNumberNothingIsSentAndTheReplyIsTheSame() throws {
        let alice = try alice()
        let (right, wrong) = (try world.begin(alice), try world.begin(alice))
        let sent = try send(right, number)
        #expect(try world.mail().count == 1)
        #expect(try send(wrong, "+493055512343") == sent)
        #expect(try world.mail().isEmpty)
        #expect(try world.events(.proofRequested).map(\.reason) == [nil, .unconfirmed])
        #expect(throws: Refusal.refused) { try world.answer(wrong, 3, OneTimeCode(number: 1, digits: 8)) }
    }

    /// Otherwise five wrong numbers would silence an account for an hour, and its owner would hear nothing of it.
    @Test func attack_B8_wrongNumbersSpendNothing() throws {
        let alice = try alice()
        for _ in 1...9 { _ = try send(world.begin(alice), "+493055512343") }
        #expect(try world.mail().isEmpty)
        _ = try send(world.begin(alice), number)
        #expect(try world.mail().count == 1)
    }

    @Test func theNumberMustBeTyped() throws {
        let alice = try alice()
        let begun = try world.house.recovery.begin(alice.name, .reset, by: World.helper)
        #expect(begun.methods.map(\.confirmsContact) == [false, false, true])
        #expect(throws: Refusal.malformed) { try send(begun.handle, nil) }
        #expect(throws: Refusal.malformed) { try send(begun.handle, "alice@example.org") }
        let ghost = try world.house.recovery.begin(AccountName("ghost"), .reset, by: World.helper)
        #expect(throws: Refusal.malformed, "a stranger is told the same") { try send(ghost.handle, nil) }
        #expect(try world.mail().isEmpty)
        world.adopt(Policy(phonesEnabled: true, confirmsPhones: false))
        _ = try send(begun.handle, nil)
        #expect(try world.mail().map(\.row.channel) == [.sms])
    }

    @Test func anExtensionNeedNotBeTyped() throws {
        let alice = try world.enrol("alice")
        try world.addPhone(alice, .officePhone, "\(number);ext=7")
        world.ambient.advance(.hours(49))
        try world.mail()
        _ = try send(world.begin(alice), number)
        #expect(try world.mail().map(\.recipient.text) == ["\(number);ext=7"])
    }

    @Test func twoPhonesAreOneProof() throws {
        let alice = try alice()
        try world.addPhone(alice, .officePhone, "+493055512399")
        world.ambient.advance(.hours(49))
        try world.mail()
        let handle = try world.begin(alice)
        _ = try send(handle, number)
        let progress = try world.answer(handle, 3, world.mailedCode())
        #expect(progress.methods.map(\.kind) == [.email, .totp] && progress.grant == nil)
    }

    @Test func attack_F5_oneDestinationGetsTwentyCodesAnHour() throws {
        // Six people share a line, which is asked for a code thirty times.
        let people = try (1...6).map { number in
            let person = try world.enrol("alice\(number)")
            try world.addPhone(person, .mobilePhone, self.number)
            world.ambient.advance(.hours(49))
            return person
        }
        try world.mail()
        var codes = 0
        var replies: Set<String> = []
        for person in people {
            for _ in 1...5 {
                let sent = try send(world.begin(person), number)
                replies.insert("\(sent.expiresAt - world.now) \(sent.resendAt - world.now)")
                codes += try world.mail().count
            }
        }
        #expect(codes == 20 && replies.count == 1)
        #expect(try world.events(.budgetSpent).count == 1, "the alarm is raised once")
        world.ambient.advance(.hours(1))
        _ = try send(world.begin(people[0]), number)
        #expect(try world.mail().count == 1)
    }

    @Test func attack_F5_aChannelHasADay() throws {
        let alice = try alice()
        world.adopt(Policy(phonesEnabled: true, dailyTexts: 2))
        for expected in [1, 1, 0, 0] {
            _ = try send(world.begin(alice), number)
            #expect(try world.mail().count == expected)
        }
        #expect(try world.events(.budgetSpent).count == 1)
        _ = try send(world.begin(alice), via: .voice, number)
        #expect(try world.mail().map(\.row.channel) == [.voice], "another channel is not touched")
        let bob = try world.add("bob")
        let handle = try world.open(bob)
        #expect(throws: Refusal.throttled(until: world.now + .hours(1))) {
            try world.house.registration.begin(handle, .mobilePhone, at: Contact("+493055512399"), by: World.helper)
        }
        world.ambient.advance(.hours(24))
        _ = try send(world.begin(alice), number)
        #expect(try world.mail().count == 1)
    }
}
