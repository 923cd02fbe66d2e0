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

    @Option(
        name: .customLong("qr-png"),
        help: ArgumentHelp("Write the QR code into a new picture too. It holds the key.", valueName: "file"))
    var picture: String?
}

/// What every command that registers can be told.
struct RegistrationCommandOptions: ParsableArguments {
    @OptionGroup var registration: RegistrationOptions
    @OptionGroup var answerSource: AnswerOptions
    @OptionGroup var global: GlobalOptions
}

/// A command that registers or removes: a conversation about one account's methods.
protocol RegistrationCommand: ConsoleCommand {
    var options: RegistrationCommandOptions { get }
    func hold(_ dialogue: RegistrationDialogue) throws
}

extension RegistrationCommand {
    var global: GlobalOptions { options.global }

    func perform(on console: Console) throws {
        try hold(try RegistrationDialogue(console, options.registration, options.answerSource))
    }
}

/// `register`: step by step until nothing is missing.
struct RegisterWizard: RegistrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "wizard", abstract: "Add methods, step by step, until nothing is missing.")

    @OptionGroup var options: RegistrationCommandOptions

    func hold(_ dialogue: RegistrationDialogue) throws {
        var state = try dialogue.describe()
        dialogue.say(state)
        if dialogue.answers.isPerson {
            dialogue.console.say(
                "Ctrl-C ends this at any time. What is registered stays, and the next time goes on from there.")
        }
        let handle = try dialogue.prove()
        var steps = WizardSteps(state)
        let isReviewed = try state.isReviewDue == true && dialogue.review(state, handle)
        // Whoever has more than enough, and did not come to look at it again, has come to add something.
        var mayAdd = steps.isFinished && !isReviewed
        while mayAdd || !steps.isFinished {
            guard !steps.choices.isEmpty else { break }
            if let question = steps.question(mayAdd) {
                let answer = try dialogue.answers.line(question).lowercased()
                guard ["y", "yes"].contains(answer) || answer.isEmpty && !mayAdd else { break }
            } else {
                dialogue.console.say("Step \(steps.number) of \(steps.total): choose a way to prove who you are.")
            }
            guard let kind = try choose(steps.choices, dialogue) else { continue }
            try dialogue.register(kind, handle, state)
            mayAdd = false
            state = try dialogue.describe()
            steps = WizardSteps(state)
        }
        dialogue.say(state)
        if state.missing == 0 {
            dialogue.console.say("If you forget your password: ssprclient reset \(dialogue.account)", .ok)
        }
    }

    /// The method to go on with; nil when what a person typed is none.
    private func choose(_ choices: [MethodKind], _ dialogue: RegistrationDialogue) throws -> MethodKind? {
        dialogue.console.list(choices.map { ($0.rawValue, MethodChoice.words($0)) })
        let text = try dialogue.answers.line("Which one [1]?").filter { !$0.isWhitespace }
        let number = text.isEmpty ? 1 : Int(text) ?? 0
        if let kind = choices.first(where: { $0.rawValue == text }) { return kind }
        if choices.indices.contains(number - 1) { return choices[number - 1] }
        guard dialogue.answers.isPerson else {
            throw CommandFailure(.badData, "that method cannot be added", why: nil, next: "ssprclient help output")
        }
        dialogue.console.insist("Please type a number from 1 to \(choices.count).", .warning)
        return nil
    }
}

/// `register email ADDRESS`.
struct RegisterEmail: RegistrationCommand {
    static let configuration = CommandConfiguration(commandName: "email", abstract: "Add an email address.")

    @Argument(help: "The address.", transform: { try EmailAddress($0) })
    var address: EmailAddress

    @OptionGroup var options: RegistrationCommandOptions

    func hold(_ dialogue: RegistrationDialogue) throws {
        try dialogue.registerContact(.email, .email(address), try dialogue.prove())
    }
}

/// `register device`.
struct RegisterDevice: RegistrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Pair a device that is asked when you recover.")

    @OptionGroup var options: RegistrationCommandOptions

    func hold(_ dialogue: RegistrationDialogue) throws {
        try dialogue.registerDevice(try dialogue.prove())
    }
}

/// `register mobile NUMBER`.
struct RegisterMobile: RegistrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "mobile", abstract: "Add a mobile phone, for codes by text message or call.")

    @Argument(help: "The number, such as +493012345678.", transform: { try PhoneNumber($0) })
    var number: PhoneNumber

    @Flag(help: "Have the code for this registration spoken in a call.")
    var call = false

    @OptionGroup var options: RegistrationCommandOptions

    func validate() throws {
        guard number.extension == nil else { throw ValidationError("A mobile phone has no extension.") }
    }

    func hold(_ dialogue: RegistrationDialogue) throws {
        try dialogue.registerContact(
            .mobilePhone, .phone(number), via: call ? .voice : .sms, try dialogue.prove())
    }
}

/// `register office NUMBER`.
struct RegisterOffice: RegistrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "office", abstract: "Add an office phone, for codes that are spoken in a call.")

    @Argument(
        help: "The number, such as +493012345678 or, with an extension, +493012345678;ext=42.",
        transform: { try PhoneNumber($0) })
    var number: PhoneNumber

    @OptionGroup var options: RegistrationCommandOptions

    func hold(_ dialogue: RegistrationDialogue) throws {
        try dialogue.registerContact(.officePhone, .phone(number), try dialogue.prove())
    }
}

/// `register totp`.
struct RegisterApp: RegistrationCommand {
    static let configuration = CommandConfiguration(commandName: "totp", abstract: "Add an authenticator app.")

    @OptionGroup var options: RegistrationCommandOptions

    func hold(_ dialogue: RegistrationDialogue) throws {
        try dialogue.registerApp(try dialogue.prove())
    }
}

/// `register codes`.
struct RegisterCodes: RegistrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes", abstract: "Make ten recovery codes to be written down, in the place of those before.")

    @OptionGroup var recovery: RecoveryOptions
    @OptionGroup var options: RegistrationCommandOptions

    func hold(_ dialogue: RegistrationDialogue) throws {
        let state = try dialogue.describe()
        try dialogue.registerCodes(try dialogue.prove(replacing: .recoveryCodes, of: state, by: recovery.methods))
    }
}

/// `register questions`.
struct RegisterQuestions: RegistrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "questions", abstract: "Answer security questions, in the place of those before.")

    @OptionGroup var recovery: RecoveryOptions
    @OptionGroup var options: RegistrationCommandOptions

    func hold(_ dialogue: RegistrationDialogue) throws {
        let state = try dialogue.describe()
        try dialogue.registerQuestions(
            state, try dialogue.prove(replacing: .questions, of: state, by: recovery.methods))
    }
}

/// `register remove ID`.
struct RegisterRemove: RegistrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a method; needs your password and a second proof.")

    @Argument(help: "The method's number, from ssprclient status.", transform: RegisterRemove.identifier)
    var id: MethodID

    @OptionGroup var recovery: RecoveryOptions
    @OptionGroup var options: RegistrationCommandOptions

    func hold(_ dialogue: RegistrationDialogue) throws {
        let handle = try dialogue.proveFully(by: recovery.methods)
        let reply = try dialogue.console.call(
            RemoveMethod.self, .init(handle: handle, method: id), doing: "remove method \(id)", in: .registration)
        try dialogue.finish("Method \(id) is removed.", reply, missing: reply.missing)
    }

    private static func identifier(_ text: String) throws -> MethodID {
        guard let number = UInt64(text) else { throw ValidationError("A method is named by its number.") }
        return try MethodID(number)
    }
}
