import SSPRDomain
import SSPRVocabulary
import Testing

/// feature F2: a device that sleeps is woken by a courier, through a service that learns nothing.
@Suite struct WakeTests {
    let world = World(policy: Policy(devicesEnabled: true))

    /// Alice with an address, an app and a device (choice 3), all usable.
    private func alice(wakenAt address: String? = "topic-1") throws -> (Person, TestDevice) {
        let alice = try world.enrol("alice")
        let device = try world.addDevice(alice, wakenAt: address)
        world.ambient.advance(.hours(49))
        try world.mail()
        return (alice, device)
    }

    @discardableResult
    private func ask(_ handle: RecoveryHandle) throws -> UInt8 {
        try #require(try world.house.recovery.send(handle, 3, by: World.helper).number)
    }

    @Test func aQuestionWakesItsDevice() throws {
        let (alice, _) = try alice()
        let handle = try world.begin(alice)
        let courier = world.call { try world.house.deliveries.claim([.push], by: World.courier) }
        #expect(courier.outcome == nil)
        try ask(handle)
        courier.look()
        let leased = try #require(try courier.reply())
        #expect(leased.row.kind == .approvalWaiting && leased.row.channel == .push && leased.code == nil)
        #expect(leased.recipient == .device(try WakeAddress("topic-1")))
        #expect(leased.row.expiresAt == world.now + .minutes(5), "it dies with the question")
        #expect(try world.mail().isEmpty, "one for each question")
    }

    @Test func nobodyIsWokenWithoutAnAddress() throws {
        let (alice, device) = try alice(wakenAt: nil)
        try ask(world.begin(alice))
        let ghost = try world.house.recovery.begin(AccountName("ghost"), .reset, by: World.helper)
        if let push = ghost.methods.first(where: { $0.kind == .push }) {
            _ = try world.house.recovery.send(ghost.handle, push.choice, by: World.helper)
        }
        #expect(ghost.methods.map(\.kind) == [.email, .totp, .push])
        #expect(try world.mail().isEmpty)
        #expect(try world.approvals(of: device).count == 1, "it waits as ever")
    }

    /// Of two devices the one that is asked is woken.
    @Test func theOtherDeviceSleepsOn() throws {
        let (alice, _) = try alice()
        _ = try world.addDevice(alice, wakenAt: "topic-2")
        world.ambient.advance(.hours(49))
        try world.mail()
        let handle = try world.begin(alice)
        _ = try world.house.recovery.send(handle, 4, by: World.helper)
        #expect(try world.mail().map(\.recipient.text) == ["topic-2"])
    }

    @Test func attack_B11_noMoreWakeUpsThanPrompts() throws {
        let (alice, _) = try alice()
        for _ in 1...5 { try ask(world.begin(alice)) }
        #expect(try world.mail().count == 3)
    }

    @Test(arguments: ["answered", "denied", "replaced", "cancelled", "expired", "removed"])
    func aWakeUpDiesWithItsQuestion(_ how: String) throws {
        let (alice, device) = try alice()
        let handle = try world.begin(alice)
        let number = try ask(handle)
        let question = try #require(try world.approvals(of: device).first)
        switch how {
        case "answered": try world.decide(device, question, .approve, number)
        case "denied": try world.decide(device, question, .deny)
        case "cancelled": try world.house.recovery.cancel(handle, by: World.helper)
        case "expired": world.ambient.advance(.minutes(5))
        case "removed":
            _ = try world.house.registration.remove(
                world.open(alice, isFull: true), device.number, by: World.helper)
        default:
            world.ambient.advance(.seconds(61))
            try ask(handle)
        }
        let woken = try world.mail().filter { $0.row.kind == .approvalWaiting }
        #expect(woken.count == (how == "replaced" ? 1 : 0))
    }

    /// Whoever carries the pairing can neither have another one woken nor leave the address out.
    @Test(arguments: ["topic-2", nil] as [String?])
    func attack_B12_theAddressIsCoveredByProofAndSignature(_ carried: String?) throws {
        let handle = try world.open(world.add("alice"))
        var device = try world.invite(handle)
        device.wakeAddress = try WakeAddress("topic-1")
        let statement = PairingStatement(
            .pairing, instance: device.invitation.instance, enrolment: device.invitation.enrolment, key: device.key,
            wakeAddress: device.wakeAddress)
        let carriedAddress = try carried.map { try WakeAddress($0) }
        #expect(throws: Refusal.refused) {
            try world.house.devices.pair(
                device.invitation.enrolment, device.key, wakeAddress: carriedAddress,
                proof: FakeProofs().tag(statement, under: device.invitation.secret),
                signature: device.signed(statement), by: World.stranger)
        }
        try world.pair(device)
        var other = device
        other.wakeAddress = carriedAddress
        #expect(throws: Refusal.refused, "another address is another code") {
            try world.house.registration.confirm(
                handle, device.invitation.enrolment, world.pairingCode(other), by: World.helper)
        }
    }

    /// Its row is the key alone.
    @Test func aDeviceFromBeforeThereWereWakeAddressesIsAskedAsEver() throws {
        let (alice, device) = try alice()
        let identity = RowIdentity(.method, row: device.number.number, account: alice.id.number)
        let payload = try world.sealer.seal(Secret(device.key.bytes), for: identity)
        try world.store.write { tx in
            guard var method = try tx.method(device.number) else { return }
            method.payload = payload
            try tx.update(method)
        }
        try ask(world.begin(alice))
        #expect(try world.approvals(of: device).count == 1)
        #expect(try world.mail().isEmpty)
    }

    @Test func attack_G7_aWakeAddressEndsNoTopicAndNoPath() throws {
        for good in ["a", "Z9", "sspr-7f3a.alice_phone:1", String(repeating: "x", count: 256)] {
            #expect(try WakeAddress(good).text == good)
        }
        let bad = [
            "", String(repeating: "x", count: 257), ".", "..", "-t", ".hidden", "_x", ":x", "a/b", "a?b", "a#b", "a+b",
            "a%2fb",
            "a$b", "$SYS", "a b", "a\n", "a\r\nTitle: x", "a\u{0}b", "a\u{7f}", "ä", "a\u{202e}b", "a@b.org", "a;b",
            "a\\b", "a\"b",
            "a&b", "a=b", "a{b}", "http://x", "\u{feff}a",
        ]
        for text in bad { #expect(throws: WordError.self, "\(text.debugDescription)") { try WakeAddress(text) } }
        #expect(throws: WordError.self) { try Recipient("+1") }
        #expect(throws: WordError.self) { try Recipient("a@") }
        #expect(try Recipient("a.b") == .device(WakeAddress("a.b")))
        #expect(try Recipient("a@b.org") == .contact(Contact("a@b.org")))
    }
}
