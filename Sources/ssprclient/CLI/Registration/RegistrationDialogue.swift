import Glibc
import SSPRClient
import SSPRProtocol
import SSPRVocabulary

/// The conversations that register a method.
struct RegistrationDialogue {
    let console: Console
    let answers: any AnswerSource
    let account: AccountName
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
            "Registered: \(kinds.isEmpty ? "nothing" : kinds.joined(separator: ", "))."
                + (state.missing > 0 ? " \(Self.missing(state.missing))" : ""))
    }

    /// Opens a registration with the password, or with a pass where nothing is registered yet.
    func prove() throws -> RegistrationHandle {
        if options.pass {
            let pass = try answers.code("The pass that the help desk gave you:", on: console)
            return try prove(.init(account: account, password: nil, code: pass))
        }
        return try prove(.init(account: account, password: try password()))
    }

    /// Opens a registration that may remove and replace methods: with the password and a second proof.
    ///
    /// A person who has no code at hand proves it with a recovery, as does a program that names methods.
    func proveFully(by methods: [MethodKind]) throws -> RegistrationHandle {
        let password = try password()
        if methods.isEmpty {
            let question =
                "Code of your app, recovery code or temporary pass\(answers.isPerson ? " (empty: another way)" : ""):"
            if let code = try answers.code(question, on: console, mayBeEmpty: true) {
                return try prove(.init(account: account, password: password, code: code))
            }
        }
        return try RecoveryDialogue(
            console: console, answers: answers, account: account, purpose: .manage, methods: methods,
            what: "prove who you are"
        ).run { try prove(.init(account: account, password: password, grant: $0)) }
    }

    /// Opens a registration in which a kind may be replaced, where it is there already.
    func prove(
        replacing kind: MethodKind, of state: DescribeRegistration.Reply, by methods: [MethodKind]
    ) throws -> RegistrationHandle {
        try state.methods.contains { $0.kind == kind } ? proveFully(by: methods) : prove()
    }

    private func password() throws(CommandFailure) -> Secret {
        try answers.secret("Present password of \(account) (not shown):")
    }

    private func prove(_ proof: ProveRegistration.Request) throws(CommandFailure) -> RegistrationHandle {
        try console.call(
            ProveRegistration.self, proof, doing: "open a registration for \(account)", in: .registration
        ).handle
    }

    /// Registers a method of any kind.
    func register(_ kind: MethodKind, _ handle: RegistrationHandle, _ state: DescribeRegistration.Reply) throws {
        switch kind {
        case .email, .mobilePhone, .officePhone:
            let questions = ContactQuestions(console: console, answers: answers)
            let contact = try questions.contact(kind)
            try registerContact(kind, contact, via: try questions.channel(among: kind.channels), handle)
        case .totp: try registerApp(handle)
        case .push: try registerDevice(handle)
        case .questions: try registerQuestions(state, handle)
        case .recoveryCodes: try registerCodes(handle)
        case .temporaryPass: break
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
        let origin = kind == .email ? "mail (you can paste it; " : "message or the call ("
        let question = "Code from the \(origin)? says where it is):"
        try confirm(
            begun, handle, question, "\(contact.text) is registered.", trace: CodeTrace(console: console))
    }

    /// Registers an app with a code that it shows.
    func registerApp(_ handle: RegistrationHandle) throws {
        let canvas = try QRCanvas(console, options)
        let begun = try console.call(
            BeginEnrolment.self, .init(handle: handle, kind: .totp), doing: "register an app", in: .registration)
        guard let secret = begun.key else {
            throw CommandFailure(.brokenProtocol("an app without a key"), doing: "register an app", in: .registration)
        }
        try AppKeyDisplay(canvas: canvas)
            .show(AppKey(secret, account: account, issuer: options.issuer ?? Self.hostName()))
        try confirm(begun, handle, "Code that the app shows:", "The app is registered.")
    }

    /// Registers a device: it reads the pairing text, and its code is typed here.
    func registerDevice(_ handle: RegistrationHandle) throws {
        let canvas = try QRCanvas(console, options)
        let begun = try console.call(
            BeginEnrolment.self, .init(handle: handle, kind: .push), doing: "pair a device", in: .registration)
        guard let invitation = begun.pairing else {
            throw CommandFailure(
                .brokenProtocol("a device without its pairing text"), doing: "pair a device", in: .registration)
        }
        try PairingDisplay(canvas: canvas).show(try PairingText(invitation))
        try confirm(begun, handle, "Code that the device shows:", "The device is registered.")
    }

    /// Registers recovery codes: they are shown once, and one is typed back.
    func registerCodes(_ handle: RegistrationHandle) throws {
        let begun = try console.call(
            BeginEnrolment.self, .init(handle: handle, kind: .recoveryCodes), doing: "make recovery codes",
            in: .registration)
        let codes = (begun.codes ?? []).map { Base32.grouped($0.secret.revealText() ?? "") }
        if console.options.isJSON {
            try console.print(.object([("codes", .list(codes.map { .text($0) }))]))
        } else {
            for code in codes { try console.print(code) }
        }
        console.say("Write these down. Each works once, and they are not shown again.")
        try confirm(
            begun, handle, "One of them, to show that you have them (it stays good):",
            "The recovery codes are registered.")
    }

    /// Says how a change went, or prints its reply.
    func finish(_ text: String, _ reply: some Message, missing: UInt32) throws {
        if console.options.isJSON { try console.print(try JSONBridge.json(of: reply)) }
        console.say("\(text) \(Self.missing(missing))", .ok)
    }

    private func confirm(
        _ begun: BeginEnrolment.Reply, _ handle: RegistrationHandle, _ question: String, _ done: String,
        trace: CodeTrace? = nil
    ) throws {
        while true {
            guard case .code(let code) = try answers.codeLine(question, on: console, or: trace == nil ? [] : ["?"])
            else {
                try trace?.tell(another: nil) { () throws(CommandFailure) in
                    try console.call(
                        TraceEnrolment.self, .init(handle: handle, enrolment: begun.enrolment),
                        doing: "follow the code", in: .registration)
                }
                continue
            }
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
