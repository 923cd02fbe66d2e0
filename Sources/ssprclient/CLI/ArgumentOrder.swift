/// Lets the options of all commands stand in front of the command too: `ssprclient --json status`.
enum ArgumentOrder {
    /// The arguments with such leading options moved to the end, or in front of a `--`.
    static func optionsLast(_ arguments: [String]) -> [String] {
        var rest = arguments[...]
        var options: [String] = []
        while let first = rest.first {
            let name = String(first.prefix { $0 != "=" })
            guard let values = GlobalOptions.names[name] else { break }
            let taken = 1 + (first.contains("=") ? 0 : values)
            options += rest.prefix(taken)
            rest = rest.dropFirst(taken)
        }
        guard !rest.isEmpty else { return arguments }
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return rest[..<end] + options + rest[end...]
    }
}
