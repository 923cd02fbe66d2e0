/// A command line that cannot be understood.
public struct UsageError: Error, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    /// Says what is wrong.
    public init(_ description: String) { self.description = description }
}

/// The options of an agent: `--name VALUE` or `--name=VALUE`, each at most once, `--flag`, and `--help`.
public struct AgentOptions {
    /// True when help was asked for.
    public let wantsHelp: Bool
    private let values: [String: String]
    private let given: Set<String>

    /// Reads the arguments after the program's name; `names` are the options that take a value, `flags` those that take none, both
    /// without dashes.
    public init(
        _ arguments: some Sequence<String>, names: Set<String>, flags: Set<String> = []
    ) throws(UsageError) {
        var values: [String: String] = [:]
        var given: Set<String> = []
        var wantsHelp = false
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" {
                wantsHelp = true
                continue
            }
            guard argument.hasPrefix("--") else { throw UsageError("unexpected argument: \(argument)") }
            if flags.contains(String(argument.dropFirst(2))) {
                given.insert(String(argument.dropFirst(2)))
                continue
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard names.contains(name) else { throw UsageError("unknown option: --\(name)") }
            guard values[name] == nil else { throw UsageError("--\(name) is given twice") }
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst(), !value.isEmpty else {
                throw UsageError("--\(name) needs a value")
            }
            values[name] = value
        }
        self.values = values
        self.given = given
        self.wantsHelp = wantsHelp
    }

    /// The value of an option; nil when it was not given.
    public subscript(_ name: String) -> String? { values[name] }

    /// True when a flag was given.
    public func has(_ flag: String) -> Bool { given.contains(flag) }
}
