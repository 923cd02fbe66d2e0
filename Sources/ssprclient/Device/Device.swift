import SSPRAgent
import SSPRClient
import SSPRProtocol
import SSPRVocabulary
import StrictCBOR

/// A paired device with its keys open: what a phone app does, on a command line.
struct Device {
    let client: Client
    let identity: DeviceIdentity
    let keys: DeviceKeys

    /// Opens a file with the passphrase that its owner gives.
    init(_ file: DeviceFile, _ questions: Questions, client: Client) throws {
        guard let seed = try file.seed.open(file.identity, under: questions.passphrase(isNew: false)) else {
            throw DeviceError(.refused, "that is not the passphrase of this device, or its file was altered")
        }
        self.client = client
        identity = file.identity
        keys = DeviceKeys(seed: seed)
    }

    /// Pairs a new device: returns what to keep, and the code that its owner types at the terminal.
    static func pair(
        _ text: String, wakenAt wakeAddress: WakeAddress?, _ client: Client, _ questions: Questions
    ) throws -> (file: DeviceFile, code: String) {
        let invitation = try PairingReader.invitation(text)
        guard Timestamp.now < invitation.expiresAt else {
            throw DeviceError(
                .badData, "that pairing text has expired", next: "begin again: ssprclient register device")
        }
        let keys = DeviceKeys()
        let identity = DeviceIdentity(
            instance: invitation.instance, host: invitation.host, account: invitation.account,
            device: MethodID(random: invitation.enrolment.number), key: keys.key)
        // Sealed before the daemon hears of the key: a device that is paired has been kept.
        let file = DeviceFile(
            identity: identity,
            seed: try SealedSeed(keys.seed, of: identity, under: questions.passphrase(isNew: true)))
        func statement(_ use: StatementUse) -> PairingStatement {
            PairingStatement(
                use, instance: invitation.instance, enrolment: invitation.enrolment, key: keys.key,
                wakeAddress: wakeAddress)
        }
        _ = try client.call(
            PairDevice.self,
            .init(
                enrolment: invitation.enrolment, key: keys.key,
                proof: DeviceKeys.tag(statement(.pairing), under: invitation.secret),
                signature: keys.sign(statement(.pairing)), wakeAddress: wakeAddress))
        return (file, try DeviceKeys.code(statement(.pairingCode), under: invitation.secret))
    }

    /// Waits up to half a minute for questions.
    func questions() throws -> [ApprovalQuestion] {
        let at = Timestamp.now
        let statement = ListingStatement(instance: identity.instance, device: identity.device, at: at)
        let reply = try client.call(
            ListApprovals.self, .init(device: identity.device, at: at, signature: keys.sign(statement)))
        // A daemon lists what is this device's own: whoever carried this has put something in, and none of it is believed.
        guard reply.questions.allSatisfy({ $0.instance == identity.instance && $0.account == identity.account }) else {
            throw DeviceError(
                .refused, "what came holds a question that is not for this device",
                next: "do not answer; tell your administrator")
        }
        return reply.questions
    }

    func approve(_ question: ApprovalQuestion, number: UInt8) throws {
        try answer(question, .approve, number)
    }

    func deny(_ question: ApprovalQuestion) throws {
        try answer(question, .deny, nil)
    }

    private func answer(_ question: ApprovalQuestion, _ decision: ApprovalDecision, _ number: UInt8?) throws {
        let statement = ApprovalStatement(question, decision, number: number)
        _ = try client.call(
            AnswerApproval.self,
            .init(
                device: identity.device, question: question.id, decision: decision, number: number,
                signature: keys.sign(statement)))
    }
}
