import ArgumentParser

/// "Did you mean": the nearest command to one that does not exist.
enum Suggestion {
    /// The command line up to the mistyped word with that word mended; nil when nothing is near.
    static func forMistyped(_ arguments: [String]) -> String? {
        var command: any ParsableCommand.Type = SSPRClientTool.self
        var path: [String] = []
        for word in arguments where !word.hasPrefix("-") {
            let configuration = command.configuration
            let subcommands = configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
            let names = subcommands.map { ($0.configuration.commandName ?? "", $0) }
            guard !names.isEmpty else { return nil }
            if let known = names.first(where: { $0.0 == word }) {
                command = known.1
                path.append(word)
                continue
            }
            let near = names.map { (distance(Array(word), Array($0.0)), $0.0) }.min { $0 < $1 }
            guard let near, near.0 <= 2, near.0 < word.count else { return nil }
            return (path + [near.1]).joined(separator: " ")
        }
        return nil
    }

    /// How many letters must be added, removed or replaced to make one word of the other.
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
