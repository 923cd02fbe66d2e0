import SSPRDomain
import SSPRVocabulary

/// A device of the tests: a key, and what it was told when it was paired.
struct TestDevice {
    let key: DeviceKey
    let invitation: PairingInvitation
    var wakeAddress: WakeAddress?
    var number: MethodID { MethodID(random: invitation.enrolment.number) }

    func signed(_ statement: some Encodable) -> DeviceSignature { FakeProofs.signature(statement, key) }
}

/// Pairing and answering, as a device does it.
extension World {
    /// Reads the pairing text of a registration under way.
    func invite(_ handle: RegistrationHandle) throws -> TestDevice {
        guard let invitation = try house.registration.beginDevice(handle, by: Self.helper).pairing else {
            throw NoSuchMessage()
        }
        return TestDevice(key: DeviceKey(prefixOf: ambient.random(32)), invitation: invitation)
    }

    func pair(_ device: TestDevice, by actor: EventActor = helper) throws {
        let statement = PairingStatement(
            .pairing, instance: device.invitation.instance, enrolment: device.invitation.enrolment, key: device.key,
            wakeAddress: device.wakeAddress)
        try house.devices.pair(
            device.invitation.enrolment, device.key, wakeAddress: device.wakeAddress,
            proof: FakeProofs().tag(statement, under: device.invitation.secret), signature: device.signed(statement),
            by: actor)
    }

    /// What the device shows once it is paired.
    func pairingCode(_ device: TestDevice) -> OneTimeCode {
        let statement = PairingStatement(
            .pairingCode, instance: device.invitation.instance, enrolment: device.invitation.enrolment, key: device.key,
            wakeAddress: device.wakeAddress)
        let tag = FakeProofs().tag(statement, under: device.invitation.secret).bytes
        return OneTimeCode(number: tag.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } % 100_000_000, digits: 8)
    }

    /// Pairs a device and confirms it at the terminal.
    func addDevice(_ person: Person, wakenAt address: String? = nil) throws -> TestDevice {
        let handle = try open(person)
        var device = try invite(handle)
        device.wakeAddress = try address.map { try WakeAddress($0) }
        try pair(device)
        _ = try house.registration.confirm(
            handle, device.invitation.enrolment, pairingCode(device), by: Self.helper)
        return device
    }

    /// What waits for a device.
    func approvals(of device: TestDevice) throws -> [ApprovalQuestion] {
        let statement = ListingStatement(
            instance: device.invitation.instance, device: device.number, at: now)
        let call = call {
            try house.devices.approvals(device.number, at: now, signature: device.signed(statement))
        }
        return try call.outcome?.get() ?? []
    }

    /// Answers a question as the device's owner decides; `number` is what they type.
    func decide(
        _ device: TestDevice, _ question: ApprovalQuestion, _ decision: ApprovalDecision, _ number: UInt8? = nil
    ) throws {
        let statement = ApprovalStatement(question, decision, number: number)
        try house.devices.answer(
            device.number, question.id, decision, number: number, signature: device.signed(statement),
            by: Self.stranger)
    }
}
