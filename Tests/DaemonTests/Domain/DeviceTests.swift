import SSPRDomain
import SSPRVocabulary
import Testing

/// feature F2: a device is paired by a text and a code, asked with a number, and answers with its signature.
@Suite struct DeviceTests {
    let world = World(policy: Policy(devicesEnabled: true))

    /// Alice with an address, an app and a device (choice 3), all usable.
    private func alice() throws -> (Person, TestDevice) {
        let alice = try world.enrol("alice")
        let device = try world.addDevice(alice)
        world.ambient.advance(.hours(49))
        try world.mail()
        return (alice, device)
    }

    /// Has the device asked; the number is what the terminal shows.
    private func ask(_ handle: RecoveryHandle) throws -> UInt8 {
        try #require(try world.house.recovery.send(handle, 3, by: World.helper).number)
    }

    private func waiting(_ handle: RecoveryHandle) -> PendingCall<Recovery.Progress> {
        world.call { try world.house.recovery.awaitApproval(handle, 3, by: World.helper) }
    }

    @Test func aPasswordIsResetWithADeviceAndAnAddress() throws {
        let (alice, device) = try alice()
        let handle = try world.begin(alice)
        let number = try ask(handle)
        let terminal = waiting(handle)
        #expect(terminal.outcome == nil, "it waits")
        let question = try #require(try world.approvals(of: device).first)
        #expect(question.account == alice.name && question.purpose == .reset && question.peer == World.helper.uid)
        try world.decide(device, question, .approve, number)
        #expect(try terminal.heard().proofsMissing == 1)
        #expect(try world.approvals(of: device).isEmpty)
        let grant = try #require(try world.proveEmail(handle).grant)
        #expect(try world.reset(alice, grant).outcome != nil)
        try world.signIn(alice, World.newPassword)
        #expect(throws: Refusal.refused, "once") { try waiting(handle).reply() }
    }

    @Test func aQuestionWakesADeviceThatWaits() throws {
        let (alice, device) = try alice()
        let statement = ListingStatement(
            instance: device.invitation.instance, device: device.number, at: world.now)
        let listing = world.call {
            try world.house.devices.approvals(device.number, at: world.now, signature: device.signed(statement))
        }
        #expect(listing.outcome == nil)
        _ = try ask(world.begin(alice))
        #expect(try listing.heard().count == 1)
    }

    /// Each wake looks into the store: with a thousand devices that wait, one question must not wake them all.
    @Test func aQuestionWakesNobodyElse() throws {
        let (alice, _) = try alice()
        let bob = try world.add("bob")
        let before = world.bell.count(.approvals(.account(bob.id)))
        _ = try ask(world.begin(alice))
        #expect(world.bell.count(.approvals(.account(bob.id))) == before)
        #expect(world.bell.count(.approvals(.account(alice.id))) > 0)
    }

    @Test func attack_B11_aWrongNumberIsChargedAndEndsTheQuestion() throws {
        let (alice, device) = try alice()
        let handle = try world.begin(alice)
        let number = try ask(handle)
        let terminal = waiting(handle)
        let question = try #require(try world.approvals(of: device).first)
        #expect(throws: Refusal.malformed, "no number") { try world.decide(device, question, .approve) }
        #expect(throws: Refusal.malformed, "no such number") { try world.decide(device, question, .approve, 100) }
        #expect(throws: Refusal.refused) { try world.decide(device, question, .approve, (number + 1) % 100) }
        #expect(throws: Refusal.refused, "it is over") { try world.decide(device, question, .approve, number) }
        #expect(throws: Refusal.refused) { try terminal.heard() }
        // Four more wrong proofs of any kind block the account's recovery: this one counted.
        for _ in 1...4 {
            #expect(throws: Refusal.refused) { try world.answer(handle, 7, OneTimeCode(number: 1, digits: 6)) }
        }
        #expect(throws: Refusal.throttled(until: world.now + .hours(24))) { try world.begin(alice) }
    }

    @Test func attack_B11_threePromptsInTenMinutes() throws {
        let (alice, device) = try alice()
        for round in 1...5 {
            let handle = try world.begin(alice)
            _ = try ask(handle)
            #expect(try world.approvals(of: device).count == min(round, 3))
        }
        #expect(try world.events(.proofRequested).map(\.reason) == [nil, nil, nil, .tooManyMessages, .tooManyMessages])
        world.ambient.advance(.minutes(11))
        _ = try ask(world.begin(alice))
        #expect(try world.approvals(of: device).count == 1)
    }

    @Test func attack_B11_aDenialEndsTheRecoveryTellsAndCoolsDown() throws {
        let (alice, device) = try alice()
        let handle = try world.begin(alice)
        _ = try ask(handle)
        let terminal = waiting(handle)
        try world.decide(device, #require(world.approvals(of: device).first), .deny)
        #expect(throws: Refusal.refused) { try terminal.heard() }
        #expect(throws: Refusal.refused, "the recovery is over") { try world.proveEmail(handle) }
        #expect(try world.mail().map(\.row.kind) == [.recoveryDenied])
        world.ambient.advance(.minutes(59))
        let again = try world.begin(alice)
        #expect(try (0..<100).contains(ask(again)), "the reply is as always")
        #expect(try world.approvals(of: device).isEmpty)
        world.ambient.advance(.minutes(2))
        _ = try ask(world.begin(alice))
        #expect(try world.approvals(of: device).count == 1)
    }

    @Test func attack_B11_aDenialEndsEveryRecoveryUnderWay() throws {
        let (alice, device) = try alice()
        let (one, two) = (try world.begin(alice), try world.begin(alice))
        let (_, number) = (try ask(one), try ask(two))
        let questions = try world.approvals(of: device)
        let terminal = waiting(two)
        let denied = try #require(questions.first)
        try world.decide(device, denied, .deny)
        #expect(try world.approvals(of: device).isEmpty)
        for question in questions {
            #expect(throws: Refusal.refused) { try world.decide(device, question, .approve, number) }
        }
        #expect(throws: Refusal.refused) { try terminal.heard() }
    }

    @Test func oneCallWaitsForOneRecovery() throws {
        let (alice, device) = try alice()
        let handle = try world.begin(alice)
        let number = try ask(handle)
        let first = waiting(handle)
        #expect(throws: Refusal.busy) { try waiting(handle).reply() }
        first.abandon()
        let second = waiting(handle)
        #expect(second.outcome == nil, "its place is free again")
        try world.decide(device, #require(world.approvals(of: device).first), .approve, number)
        #expect(try second.heard().proofsMissing == 1)
        #expect(try waiting(handle).reply().proofsMissing == 1, "told again: the first answer may have been lost")
    }

    @Test func whoWaitsIsToldWhenTheRecoveryEndsOtherwise() throws {
        let (alice, device) = try alice()
        let cancelled = try world.begin(alice)
        _ = try ask(cancelled)
        let one = waiting(cancelled)
        try world.house.recovery.cancel(cancelled, by: World.helper)
        #expect(throws: Refusal.refused) { try one.heard() }
        #expect(try world.approvals(of: device).isEmpty)
    }

    @Test func whoAskedNobodyIsRefusedAndLeavesNothing() throws {
        let (alice, _) = try alice()
        let handle = try world.begin(alice)
        let before = try world.events().count
        #expect(throws: Refusal.refused) { try waiting(handle).reply() }
        #expect(try world.events().count == before)
    }

    @Test(arguments: [Int64.min, .min + 1, -1, 0, .max])
    func attack_D14_anyMomentMayBeSent(_ milliseconds: Int64) throws {
        let (_, device) = try alice()
        let at = Timestamp(milliseconds: milliseconds)
        let statement = ListingStatement(instance: device.invitation.instance, device: device.number, at: at)
        #expect(throws: Refusal.refused) {
            try world.house.devices.approvals(device.number, at: at, signature: device.signed(statement))
        }
    }

    @Test func attack_B12_theSignatureCoversTheWholeQuestion() throws {
        let (alice, device) = try alice()
        let (one, two) = (try world.begin(alice), try world.begin(alice, .unlock))
        let (number, other) = (try ask(one), try ask(two))
        let questions = try world.approvals(of: device)
        let first = try #require(questions.first { $0.purpose == .reset })
        let second = try #require(questions.first { $0.purpose == .unlock })
        func answer(_ id: ApprovalID, _ signature: DeviceSignature, _ number: UInt8) throws {
            try world.house.devices.answer(
                device.number, id, .approve, number: number, signature: signature, by: World.stranger)
        }
        let right = device.signed(ApprovalStatement(first, .approve, number: number))
        #expect(throws: Refusal.refused, "another question") { try answer(second.id, right, other) }
        #expect(throws: Refusal.refused, "another number") { try answer(first.id, right, (number + 1) % 100) }
        #expect(throws: Refusal.refused, "a denial") {
            try answer(first.id, device.signed(ApprovalStatement(first, .deny, number: nil)), number)
        }
        let foreign = TestDevice(key: DeviceKey(prefixOf: world.ambient.random(32)), invitation: device.invitation)
        #expect(throws: Refusal.refused, "another key") {
            try answer(first.id, foreign.signed(ApprovalStatement(first, .approve, number: number)), number)
        }
        try answer(first.id, right, number)
        #expect(
            try world.events(.approvalAnswered).map(\.outcome) == [.refused, .refused, .refused, .refused, .succeeded])
    }

    @Test func aDeviceMayOnlySeeWhatIsItsOwn() throws {
        let (alice, device) = try alice()
        var bob = try world.add("bob")
        try world.addEmail(bob)
        try world.addApp(&bob)
        let his = try world.addDevice(bob)
        _ = try ask(world.begin(alice))
        #expect(try world.approvals(of: his).isEmpty)
        let forged = ListingStatement(instance: his.invitation.instance, device: device.number, at: world.now)
        #expect(throws: Refusal.refused) {
            try world.house.devices.approvals(device.number, at: world.now, signature: his.signed(forged))
        }
        let late = ListingStatement(
            instance: device.invitation.instance, device: device.number, at: world.now + .minutes(3))
        #expect(throws: Refusal.refused, "a clock that is far away") {
            try world.house.devices.approvals(
                device.number, at: world.now + .minutes(3), signature: device.signed(late))
        }
        let question = try #require(try world.approvals(of: device).first)
        let statement = ApprovalStatement(question, .approve, number: 1)
        #expect(throws: Refusal.refused) {
            try world.house.devices.answer(
                his.number, question.id, .approve, number: 1, signature: his.signed(statement), by: World.helper)
        }
    }

    @Test func aRemovedDeviceApprovesNothing() throws {
        let (alice, device) = try alice()
        let handle = try world.begin(alice)
        let number = try ask(handle)
        let question = try #require(try world.approvals(of: device).first)
        try world.decide(device, question, .approve, number)
        let full = try world.open(alice, isFull: true)
        _ = try world.house.registration.remove(full, device.number, by: World.helper)
        #expect(throws: Refusal.refused, "approved, but the device is gone") {
            try #require(waiting(handle).outcome).get()
        }
        #expect(throws: Refusal.refused) { try world.approvals(of: device) }
    }

    @Test func aQuestionExpires() throws {
        let (alice, device) = try alice()
        let handle = try world.begin(alice)
        let number = try ask(handle)
        let question = try #require(try world.approvals(of: device).first)
        world.ambient.advance(.minutes(5))
        #expect(try world.approvals(of: device).isEmpty)
        #expect(throws: Refusal.refused) { try world.decide(device, question, .approve, number) }
        #expect(throws: Refusal.refused) { try #require(waiting(handle).outcome).get() }
    }

    @Test func aDeviceIsPairedOnceAndConfirmedByItsCode() throws {
        let alice = try world.add("alice")
        let handle = try world.open(alice)
        let device = try world.invite(handle)
        func confirm(_ code: OneTimeCode) throws {
            _ = try world.house.registration.confirm(handle, device.invitation.enrolment, code, by: World.helper)
        }
        #expect(throws: Refusal.refused, "nobody is paired") { try confirm(world.pairingCode(device)) }
        try world.pair(device)
        let thief = TestDevice(key: DeviceKey(prefixOf: world.ambient.random(32)), invitation: device.invitation)
        #expect(throws: Refusal.conflict, "somebody who saw the text comes too late") { try world.pair(thief) }
        #expect(throws: Refusal.refused, "and shows another code") { try confirm(world.pairingCode(thief)) }
        try confirm(world.pairingCode(device))
        #expect(try world.house.registration.describe(alice.name, by: World.helper).methods.map(\.row.kind) == [.push])
        #expect(try world.house.registration.describe(alice.name, by: World.helper).methods[0].row.id == device.number)
    }

    @Test func whoeverCarriesThePairingCannotPutItsOwnKeyIn() throws {
        let handle = try world.open(world.add("alice"))
        let device = try world.invite(handle)
        // It has seen the device's call, but not the pairing text.
        let own = DeviceKey(prefixOf: world.ambient.random(32))
        let (enrolment, instance) = (device.invitation.enrolment, device.invitation.instance)
        let seen = FakeProofs().tag(
            PairingStatement(.pairing, instance: instance, enrolment: enrolment, key: device.key),
            under: device.invitation.secret)
        let statement = PairingStatement(.pairing, instance: instance, enrolment: enrolment, key: own)
        for _ in 1...5 {
            #expect(throws: Refusal.refused) {
                try world.house.devices.pair(
                    enrolment, own, proof: seen, signature: FakeProofs.signature(statement, own), by: World.stranger)
            }
        }
        #expect(throws: Refusal.refused, "the fifth voids the text") { try world.pair(device) }
    }

    @Test func aPromptIsNotEnoughByItself() throws {
        world.adopt(Policy(proofsNeeded: 1, devicesEnabled: true))
        let alice = try world.add("alice")
        _ = try world.addDevice(alice)
        #expect(try world.house.registration.describe(alice.name, by: World.helper).missing == 1)
        try world.addEmail(alice)
        #expect(try world.house.registration.describe(alice.name, by: World.helper).missing == 0)
    }

    @Test func devicesAreOffUntilTheyAreSwitchedOn() throws {
        world.adopt(Policy())
        let handle = try world.open(world.add("alice"))
        #expect(throws: Refusal.notFound) { try world.house.registration.beginDevice(handle, by: World.helper) }
    }

    @Test func aDeviceAndAnAppAreOneProof() throws {
        let (alice, device) = try alice()
        let handle = try world.begin(alice)
        let number = try ask(handle)
        try world.decide(device, #require(world.approvals(of: device).first), .approve, number)
        let progress = try #require(waiting(handle).outcome).get()
        #expect(progress.methods.map(\.kind) == [.email] && progress.grant == nil)
    }

    /// Where one proof is enough a device's is not the one; with an address it is more than enough.
    @Test func attack_A2_aDeviceAloneIsNotTheOneProof() throws {
        let (alice, device) = try alice()
        world.adopt(Policy(proofsNeeded: 1, questionsEnabled: true, devicesEnabled: true))
        let begun = try world.begun(alice)
        #expect(begun.proofsNeeded == 1)
        let number = try ask(begun.handle)
        try world.decide(device, #require(world.approvals(of: device).first), .approve, number)
        let progress = try #require(waiting(begun.handle).outcome).get()
        #expect(progress.grant == nil && progress.proofsMissing == 1)
        #expect(progress.methods.map(\.kind) == [.email])
        #expect(try world.proveEmail(begun.handle).grant != nil)
    }
}

extension PendingCall {
    /// The reply, once the bell has been heard.
    fileprivate func heard() throws -> Reply {
        look()
        return try reply()
    }
}
