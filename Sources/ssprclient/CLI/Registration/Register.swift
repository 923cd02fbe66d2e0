import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `ssprclient register`: the methods by which an account can be recovered.
struct Register: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Register the ways to prove who you are.",
        subcommands: [
            RegisterWizard.self, RegisterEmail.self, RegisterApp.self, RegisterDevice.self, RegisterMobile.self,
            RegisterOffice.self,
            RegisterQuestions.self, RegisterCodes.self, RegisterRemove.self,
        ],
        defaultSubcommand: RegisterWizard.self)
}

/// The options of everything that registers.
struct RegistrationOptions: ParsableArguments {
    @Option(help: "The account. (default: your login name, from USER)", transform: { try AccountName($0) })
    var account: AccountName?

    @Option(help: "How the authenticator app calls this place. (default: this host's name)")
    var issuer: String?

    @Flag(help: "Draw a QR code even where it seems not to fit.")
    var qr = false

    @Flag(help: "Use a temporary pass in the place of the password; where nothing is registered yet.")
    var pass = false
}

/// `register`: step by step until nothing is missing.
struct RegisterWizard: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "wizard", abstract: "Add methods, step by step, until nothing is missing.")

    @OptionGroup var registration: RegistrationOptions
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let dialogue = try RegistrationDialogue(console, registration, answerSource)
        var state = try dialogue.describe()
        dialogue.say(state)
        let handle = try dialogue.prove()
        while true {
            if state.missing == 0 {
                let answer = try dialogue.answers.line("Nothing is missing. Add another method? [y/N]")
                guard ["y", "yes"].contains(answer.lowercased()) else { return }
            }
            // What is not there yet comes first: an empty answer takes a step forward.
            let registered = Set(state.methods.map(\.kind))
            let missing = state.available.filter { !registered.contains($0) }
            // A set takes the place of the one before, and that needs a second proof.
            let replaced: Set<MethodKind> = [.questions, .recoveryCodes]
            let choices = missing + state.available.filter { registered.contains($0) && !replaced.contains($0) }
            guard !choices.isEmpty else { return console.say("No more methods can be added.") }
            for (index, kind) in choices.enumerated() {
                console.insist("  \(index + 1)  \(kind.rawValue): \(MethodChoice.words(kind))")
            }
            let text = try dialogue.answers.line("Which one [1]?").filter { !$0.isWhitespace }
            let number = text.isEmpty ? 1 : Int(text) ?? 0
            let named = choices.first { $0.rawValue == text }
            guard let kind = named ?? (choices.indices.contains(number - 1) ? choices[number - 1] : nil) else {
                console.insist("Please type a number from 1 to \(choices.count).", .warning)
                if dialogue.answers.isPerson { continue }
                throw CommandFailure(.badData, "that method cannot be added", why: nil, next: "ssprclient help output")
            }
            try dialogue.register(kind, handle, questions: state.questions)
            state = try dialogue.describe()
        }
    }
}

/// `register email ADDRESS`.
struct RegisterEmail: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "email", abstract: "Add an email address.")

    @Argument(help: "The address.", transform: { try EmailAddress($0) })
    var address: EmailAddress

    @OptionGroup var registration: RegistrationOptions
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let dialogue = try RegistrationDialogue(console, registration, answerSource)
        try dialogue.registerContact(.email, .email(address), try dialogue.prove())
    }
}

/// `register device`.
struct RegisterDevice: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Pair a device that is asked when you recover.")

    @OptionGroup var registration: RegistrationOptions
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let dialogue = try RegistrationDialogue(console, registration, answerSource)
        try dialogue.registerDevice(try dialogue.prove())
    }
}

/// `register mobile NUMBER`.
struct RegisterMobile: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "mobile", abstract: "Add a mobile phone, for codes by text message or call.")

    @Argument(help: "The number, such as +493012345678.", transform: { try PhoneNumber($0) })
    var number: PhoneNumber

    @Flag(help: "Have the code for this registration spoken in a call.")
    var call = false

    @OptionGroup var registration: RegistrationOptions
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard number.extension == nil else { throw ValidationError("A mobile phone has no extension.") }
    }

    func perform(on console: Console) throws {
        let dialogue = try RegistrationDialogue(console, registration, answerSource)
        try dialogue.registerContact(
            .mobilePhone, .phone(number), via: call ? .voice : .sms, try dialogue.prove())
    }
}

/// `register office NUMBER`.
struct RegisterOffice: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "office", abstract: "Add an office phone, for codes that are spoken in a call.")

    @Argument(
        help: "The number, such as +493012345678 or, with an extension, +493012345678;ext=42.",
        transform: { try PhoneNumber($0) })
    var number: PhoneNumber

    @OptionGroup var registration: RegistrationOptions
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let dialogue = try RegistrationDialogue(console, registration, answerSource)
        try dialogue.registerContact(.officePhone, .phone(number), try dialogue.prove())
    }
}

/// `register totp`.
struct RegisterApp: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "totp", abstract: "Add an authenticator app.")

    @OptionGroup var registration: RegistrationOptions
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let dialogue = try RegistrationDialogue(console, registration, answerSource)
        try dialogue.registerApp(try dialogue.prove())
    }
}

/// `register codes`.
struct RegisterCodes: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes", abstract: "Make ten recovery codes to be written down, in the place of those before.")

    @OptionGroup var registration: RegistrationOptions
    @OptionGroup var recovery: RecoveryOptions
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let dialogue = try RegistrationDialogue(console, registration, answerSource)
        let state = try dialogue.describe()
        try dialogue.registerCodes(try dialogue.prove(replacing: .recoveryCodes, of: state, by: recovery.methods))
    }
}

/// `register questions`.
struct RegisterQuestions: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "questions", abstract: "Answer five security questions, in the place of those before.")

    @OptionGroup var registration: RegistrationOptions
    @OptionGroup var recovery: RecoveryOptions
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let dialogue = try RegistrationDialogue(console, registration, answerSource)
        let state = try dialogue.describe()
        try dialogue.registerQuestions(
            state.questions, try dialogue.prove(replacing: .questions, of: state, by: recovery.methods))
    }
}

/// `register remove ID`.
struct RegisterRemove: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a method; needs your password and a second proof.")

    @Argument(help: "The method's number, from ssprclient status.", transform: RegisterRemove.identifier)
    var id: MethodID

    @OptionGroup var registration: RegistrationOptions
    @OptionGroup var recovery: RecoveryOptions
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let dialogue = try RegistrationDialogue(console, registration, answerSource)
        let handle = try dialogue.proveFully(by: recovery.methods)
        let reply = try console.call(
            RemoveMethod.self, .init(handle: handle, method: id), doing: "remove method \(id)", in: .registration)
        try dialogue.finish("Method \(id) is removed.", reply, missing: reply.missing)
    }

    private static func identifier(_ text: String) throws -> MethodID {
        guard let number = UInt64(text) else { throw ValidationError("A method is named by its number.") }
        return try MethodID(number)
    }
}
