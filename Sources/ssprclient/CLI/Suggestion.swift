import ArgumentParser
import SSPRVocabulary

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
            let near = names.map { (EditDistance.between(Array(word), Array($0.0)), $0.0) }.min { $0 < $1 }
            guard let near, near.0 <= 2, near.0 < word.count else { return nil }
            return (path + [near.1]).joined(separator: " ")
        }
        return nil
    }
}
