import Glibc
import SSPRClient
import SSPRProtocol
import SSPRVocabulary

/// What a command has around it: the options of all commands, the daemon, where data and talk go.
///
/// Everything that is printed goes through here and is escaped here, so no command can forget it.
final class Console {
    let options: GlobalOptions
    let environment = Environment()
    private let talkStyle: Style
    private var openClient: Client?

    init(_ options: GlobalOptions) {
        self.options = options
        talkStyle = Style(for: STDERR_FILENO, isForbidden: options.noColor, environment: environment)
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
    func call<C: Call>(
        _ call: C.Type, _ request: C.Request, doing what: String, in family: CommandFailure.Family
    ) throws(CommandFailure) -> C.Reply {
        let client = try client()
        do throws(ClientError) {
            return try client.call(call, request)
        } catch {
            throw CommandFailure(error, doing: what, in: family)
        }
    }

    /// True when the standard output is a terminal.
    var showsToPerson: Bool { StandardStream.output.isTerminal }

    /// True when things are to be read aloud or by touch.
    var isAccessible: Bool { environment["SSPR_ACCESSIBLE"] == "1" }

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
        _ = StandardStream.error.write(line: role.map { talkStyle.paint($0, text) } ?? text)
    }

    /// Says what a failure is, why and what comes next, and ends the process with its status.
    func end(with error: any Error) -> Never {
        let failure = error as? CommandFailure ?? CommandFailure(unexpected: error)
        if options.isJSON {
            insist(failure.json.compact)
        } else {
            insist("ssprclient: \(failure.what)", .error)
            if let why = failure.why { insist(why) }
            if let next = failure.next { insist("Next: \(next)") }
            if options.verbose, let code = failure.refusal?.code {
                insist("(failure \(code.rawValue), \(code.name))", .dim)
            }
        }
        exit(failure.status.rawValue)
    }
}
