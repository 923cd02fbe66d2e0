import Glibc
import SSPRClient
import SSPRProtocol
import SSPRTerminal
import SSPRVocabulary

/// What a command has around it: the options of all commands, the daemon, where data and talk go.
///
/// Everything that is printed goes through here and is escaped here, so no command can forget it.
final class Console {
    let options: GlobalOptions
    let environment = Environment()
    private let talkStyle: Style
    private var openClient: Client?
    /// True when ssprd has refused something that a person wanted for themselves.
    private var isPersonRefused = false

    init(_ options: GlobalOptions) {
        self.options = options
        let isForbidden = options.noColor || environment.isAccessible
        talkStyle = Style(for: STDERR_FILENO, isForbidden: isForbidden, environment: environment)
    }

    /// The daemon; connected at the first use.
    func client() throws(CommandFailure) -> Client {
        if let openClient { return openClient }
        let path = options.socket ?? environment["SSPR_SOCKET"] ?? Client.defaultPath
        let trust = options.serverUID.map { ServerTrust.uid($0) } ?? .rootOrDirectoryOwner
        do throws(ClientError) {
            let client = try Client(connectingTo: path, trust: trust, timeout: .seconds(options.timeout))
            openClient = client
            return client
        } catch {
            throw CommandFailure(error, doing: "ask ssprd", in: .tool)
        }
    }

    /// Makes a call; a refusal becomes three lines for people, `what` being what could not be done.
    ///
    /// A person sees that it is waited for, and may end it: then the line is taken away first, and the caller can clean up.
    func call<C: Call>(
        _ call: C.Type, _ request: C.Request, doing what: String, in family: CommandFailure.Family,
        showing progress: Progress? = nil
    ) throws(CommandFailure) -> C.Reply {
        let client = try client()
        let progress = progress ?? Progress(on: self, "Waiting for ssprd to \(what)")
        defer { progress.clear() }
        let interruption = progress.isForPerson ? Interruption() : nil
        var ending: Int32?
        client.whileWaiting = {
            progress.show()
            ending = interruption?.received()
            return ending == nil
        }
        defer { client.whileWaiting = nil }
        do throws(ClientError) {
            return try client.call(call, request)
        } catch {
            if case .failure = error, family.isForPeople { isPersonRefused = true }
            guard let ending else { throw CommandFailure(error, doing: what, in: family) }
            let isOver = C.declaration.cost == .waiting
            throw .interrupted(by: ending, isOver ? "Nothing more was done." : "ssprd may still \(what).")
        }
    }

    /// True when the standard output is a terminal.
    var showsToPerson: Bool { StandardStream.output.isTerminal }

    /// True when things are to be read aloud or by touch.
    var isAccessible: Bool { environment.isAccessible }

    /// The account that a person's command is about when it names none: the login name, as the environment has it.
    func ownAccount() throws(CommandFailure) -> AccountName {
        guard let name = environment["USER"] ?? environment["LOGNAME"], let account = try? AccountName(name) else {
            throw CommandFailure(
                .usage, "no account is named", why: "Neither the command nor USER in the environment names one.",
                next: "name the account: behind the command, or with --account for register")
        }
        return account
    }
}

// MARK: Printing

extension Console {
    /// Prints a line of data; its columns are separated by tabs.
    func print(columns: [String]) throws(CommandFailure) {
        try write(columns.map(Printable.escaped).joined(separator: "\t"))
    }

    /// Prints a line of data.
    func print(_ line: String) throws(CommandFailure) {
        try write(Printable.escaped(line))
    }

    /// Prints JSON as the options say: on one line for `jsonl`, indented for `json`.
    func print(_ json: JSONText) throws(CommandFailure) {
        try write(options.format(for: .one, self) == .jsonl ? json.compact : json.pretty)
    }

    /// Prints text that is JSON already, and so escaped.
    func print(raw json: String) throws(CommandFailure) {
        try write(json)
    }

    private func write(_ line: String) throws(CommandFailure) {
        guard StandardStream.output.write(line: line) else {
            throw CommandFailure(.output, "cannot write the output", why: "The system refused it.", next: nil)
        }
    }

    /// Says a line to the person, unless they want quiet.
    func say(_ line: String, _ role: Style.Role? = nil) {
        guard !options.quiet else { return }
        insist(line, role)
    }

    /// Says a line to the person even when they want quiet: errors, and what a question needs.
    func insist(_ line: String, _ role: Style.Role? = nil) {
        let text = Printable.escaped(line)
        // Where talk cannot be written nobody can be told of it.
        for line in folded(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            _ = StandardStream.error.write(line: role.map { talkStyle.paint($0, line) } ?? line)
        }
    }

    /// The text with line feeds in the place of blanks, so that the terminal breaks no word; what is indented hangs below its words.
    ///
    /// Programs and screen readers get it whole.
    func folded(_ text: String) -> String {
        guard !isAccessible, !options.isJSON, let columns = StandardStream.error.size?.columns, text.count >= columns
        else { return text }
        let indent = text.prefix { $0 == " " }
        let number = text.prefix { " 0123456789".contains($0) }
        let hanging = indent.isEmpty ? "" : String(repeating: " ", count: number.count)
        var result = ""
        var line = String(indent)
        var isFresh = true
        for word in text.dropFirst(indent.count).split(separator: " ", omittingEmptySubsequences: false) {
            if !isFresh, line.count + 1 + word.count >= columns {
                result += line + "\n"
                line = String(hanging)
                isFresh = true
            }
            line += isFresh ? word : " " + word
            isFresh = false
        }
        return result + line
    }

    /// Shows a picture that is made of blocks, in its own colours where there are any: a camera wants it dark on light.
    func draw(_ lines: [String]) {
        for line in lines { _ = StandardStream.error.write(line: talkStyle.paint(.picture, line)) }
    }

    /// Lists what can be chosen, with the number that chooses it.
    func list(_ choices: [(name: String, words: String)]) {
        let width = choices.map(\.name.count).max() ?? 0
        for (index, choice) in choices.enumerated() {
            let blanks = String(repeating: " ", count: width - choice.name.count)
            insist(
                isAccessible
                    ? "\(index + 1): \(choice.name), \(choice.words)"
                    : "  \(index + 1)  \(choice.name)\(blanks)  \(choice.words)")
        }
    }

    /// Where a person who was refused finds help; nil for all others, and where the site has not said.
    private func helpDesk() -> String? {
        guard isPersonRefused, let openClient else { return nil }
        // Without an answer the refusal is told all the same.
        return try? openClient.call(Hello.self, .init()).helpDesk
    }

    /// Says what a failure is, why and what comes next, and ends the process with its status.
    func end(with error: any Error) -> Never {
        let failure = error as? CommandFailure ?? CommandFailure(unexpected: error)
        // Ctrl-C is the person's own answer; any other signal ends the process as it would have.
        if let signal = failure.signal, signal != SIGINT { Interruption.passOn(signal) }
        let helpDesk = failure.refusal == nil ? nil : helpDesk()
        if options.isJSON {
            insist(failure.json(helpDesk: helpDesk).compact)
        } else {
            insist("ssprclient: \(failure.what)", .error)
            if let why = failure.why { insist(why) }
            if let next = failure.next { insist("Next: \(next)") }
            if let helpDesk { insist("Help desk: \(helpDesk)") }
            if options.verbose, let code = failure.refusal?.code {
                insist("(failure \(code.rawValue), \(code.name))", .dim)
            }
        }
        exit(failure.status.rawValue)
    }
}
