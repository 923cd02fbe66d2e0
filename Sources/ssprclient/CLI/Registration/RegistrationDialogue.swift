import Glibc
import SSPRClient
import SSPRProtocol
import SSPRVocabulary

/// The conversations that register a method.
struct RegistrationDialogue {
    let console: Console
    let answers: any AnswerSource
    private let account: AccountName
    private let options: RegistrationOptions

    init(_ console: Console, _ options: RegistrationOptions, _ source: AnswerOptions) throws(CommandFailure) {
        self.console = console
        self.options = options
        if let named = options.account { account = named } else { account = try console.ownAccount() }
        answers = try console.answers(from: source.answersFrom)
    }

    /// What is registered and what may be.
    func describe() throws(CommandFailure) -> DescribeRegistration.Reply {
        try console.call(
            DescribeRegistration.self, .init(account: account), doing: "read what \(account) has registered",
            in: .registration)
    }

    /// Says what is registered and missing.
    func say(_ state: DescribeRegistration.Reply) {
        let kinds = state.methods.map { "\($0.kind.rawValue)\($0.hint.map { " \($0)" } ?? "")" }
        console.say(
            "Registered: \(kinds.isEmpty ? "nothing" : kinds.joined(separator: ", ")). \(Self.missing(state.missing))")
    }

    /// Opens a registration with the password, and with a code of the app when methods are to be removed.
    func prove(withCode: Bool = false) throws -> RegistrationHandle {
        let password = try answers.secret("Present password of \(account) (not shown):")
        let code = withCode ? try answers.code("Code that your app shows:", on: console) : nil
        return try console.call(
            ProveRegistration.self, .init(account: account, password: password, code: code),
            doing: "open a registration for \(account)", in: .registration
        ).handle
    }

    /// Registers a method of any kind.
    func register(_ kind: MethodKind, _ handle: RegistrationHandle, questions: [Question]) throws {
        switch kind {
        case .email, .mobilePhone, .officePhone:
            let questions = ContactQuestions(console: console, answers: answers)
            let contact = try questions.contact(kind)
            try registerContact(kind, contact, via: try questions.channel(among: kind.channels), handle)
        case .totp: try registerApp(handle)
        case .push: try registerDevice(handle)
        case .questions: try registerQuestions(questions, handle)
        }
    }

    /// Registers an address or a number with the code that is sent to it.
    func registerContact(
        _ kind: MethodKind, _ contact: Contact, via channel: DeliveryChannel? = nil, _ handle: RegistrationHandle
    ) throws {
        let begun = try console.call(
            BeginEnrolment.self, .init(handle: handle, kind: kind, contact: contact, channel: channel),
            doing: "register \(contact.text)", in: .registration)
        console.say("A code is on its way to \(contact.text). It is good for \(Moment.words(until: begun.expiresAt)).")
        let question = kind == .email ? "Code from the mail (you can paste it):" : "Code from the message or the call:"
        try confirm(begun, handle, question, "\(contact.text) is registered.")
    }

    /// Registers an app with a code that it shows.
    func registerApp(_ handle: RegistrationHandle) throws {
        let begun = try console.call(
            BeginEnrolment.self, .init(handle: handle, kind: .totp), doing: "register an app", in: .registration)
        guard let secret = begun.key else {
            throw CommandFailure(.brokenProtocol("an app without a key"), doing: "register an app", in: .registration)
        }
        try AppKeyDisplay(console: console, isForced: options.qr)
            .show(AppKey(secret, account: account, issuer: options.issuer ?? Self.hostName()))
        try confirm(begun, handle, "Code that the app shows:", "The app is registered.")
    }

    /// Registers a device: it reads the pairing text, and its code is typed here.
    func registerDevice(_ handle: RegistrationHandle) throws {
        let begun = try console.call(
            BeginEnrolment.self, .init(handle: handle, kind: .push), doing: "pair a device", in: .registration)
        guard let invitation = begun.pairing else {
            throw CommandFailure(
                .brokenProtocol("a device without its pairing text"), doing: "pair a device", in: .registration)
        }
        try PairingDisplay(console: console, isForced: options.qr).show(try PairingText(invitation))
        try confirm(begun, handle, "Code that the device shows:", "The device is registered.")
    }

    /// Says how a change went, or prints its reply.
    func finish(_ text: String, _ reply: some Message, missing: UInt32) throws {
        if console.options.isJSON { try console.print(try JSONBridge.json(of: reply)) }
        console.say("\(text) \(Self.missing(missing))", .ok)
    }

    private func confirm(
        _ begun: BeginEnrolment.Reply, _ handle: RegistrationHandle, _ question: String, _ done: String
    ) throws {
        while true {
            guard let code = try answers.code(question, on: console) else { continue }
            do {
                let reply = try console.call(
                    ConfirmEnrolment.self, .init(handle: handle, enrolment: begun.enrolment, code: code),
                    doing: "register the method", in: .registration)
                return try finish(done, reply, missing: reply.missing)
            } catch let failure as CommandFailure
                where failure.refusal?.code == .refused && answers.isPerson && begun.expiresAt > Moment.now
            {
                console.insist("That is not the code. You may try again.", .warning)
            }
        }
    }

    private static func missing(_ count: UInt32) -> String {
        switch count {
        case 0: "Nothing is missing."
        case 1: "1 more method of another kind is needed to reset a password."
        default: "\(count) more methods of different kinds are needed to reset a password."
        }
    }

    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        // One byte less than the buffer has, so that a zero is left at its end.
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "ssprd" }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let name = String(decoding: bytes, as: UTF8.self)
        return name.isEmpty ? "ssprd" : name
    }
}
