import ArgumentParser

/// How data is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case friendly
    case table
    case json
    case jsonl
}

/// The options of every command.
struct GlobalOptions: ParsableArguments {
    /// What a command prints: one thing, or any number of things.
    enum Amount {
        case one
        case many
    }

    @Option(help: "The socket of ssprd. (default: SSPR_SOCKET, then /run/sspr/ssprd.sock)")
    var socket: String?

    @Option(name: .customLong("server-uid"), help: "The only uid that may serve the socket.")
    var serverUID: UInt32?

    @Option(help: "How data is printed.")
    var output: OutputFormat?

    @Flag(help: "The same as --output json.")
    var json = false

    @Flag(help: "Print no line of column names.")
    var noLegend = false

    @Flag(help: "Never ask; end with status 64 where a question would be needed.")
    var noInput = false

    @Flag(help: "No colour.")
    var noColor = false

    @Option(help: "How many seconds a call may take.")
    var timeout: Int = 60

    @Flag(help: "Say more, such as the numbers of failures.")
    var verbose = false

    @Flag(help: "Say nothing but errors and questions.")
    var quiet = false

    func validate() throws {
        guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout takes 1 to 86400 seconds.") }
    }

    /// True when data goes to a program.
    var isJSON: Bool { json || output == .json || output == .jsonl }

    /// The format of this command's data.
    func format(for amount: Amount, _ console: Console) -> OutputFormat {
        if json { return .json }
        if let output { return output }
        return amount == .one || console.isAccessible ? .friendly : .table
    }

    /// The options that may also stand in front of the command, by how many values they take.
    static let names: [String: Int] = [
        "--socket": 1, "--server-uid": 1, "--output": 1, "--timeout": 1, "--json": 0, "--no-legend": 0, "--no-input": 0,
        "--no-color": 0, "--verbose": 0, "--quiet": 0,
    ]
}
