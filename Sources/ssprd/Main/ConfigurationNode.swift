import SSPRVocabulary
import Yams

/// What is wrong with a configuration file: where, what, and what is allowed.
struct ConfigurationError: Error, CustomStringConvertible {
    let place: String
    let problem: String
    let allowed: String

    var description: String { "\(place): \(problem). Allowed: \(allowed)." }
}

/// A mapping of the configuration file that gives out its values once each and refuses what nobody asked for.
///
/// Every complaint carries the file's name, the line, the key and what is allowed.
final class ConfigurationNode {
    private let file: String
    private let name: String
    private let line: Int
    private var values: [(key: String, line: Int, node: Node)] = []
    private var known: [String] = []

    /// Reads a whole file; an empty one is the empty mapping.
    convenience init(file: String, text: String) throws {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw ConfigurationError(place: file, problem: "not YAML: \(error)", allowed: "a YAML mapping")
        }
        try self.init(file: file, name: "", node: root ?? Node([(Node, Node)]()))
    }

    private init(file: String, name: String, node: Node) throws {
        self.file = file
        self.name = name
        line = node.mark?.line ?? 1
        guard let mapping = node.mapping else {
            throw ConfigurationError(
                place: "\(file):\(line)", problem: "\(name.isEmpty ? "the file" : name) is no mapping",
                allowed: "key: value")
        }
        for (key, value) in mapping {
            guard let text = key.scalar?.string else {
                throw ConfigurationError(
                    place: "\(file):\(key.mark?.line ?? line)", problem: "a key is no text", allowed: "key: value")
            }
            values.append((text, key.mark?.line ?? line, value))
        }
    }

    /// Reads the value of a key with `read`, which returns nil for what is not allowed.
    func value<T>(_ key: String, allowed: String, _ read: (Node) -> T?) throws -> T? {
        known.append(key)
        guard let found = values.first(where: { $0.key == key }) else { return nil }
        guard let value = read(found.node) else {
            let text = found.node.scalar.map { " \"\($0.string)\"" } ?? ""
            throw ConfigurationError(
                place: "\(file):\(found.line)", problem: "\(path(key)) cannot be\(text)", allowed: allowed)
        }
        return value
    }

    /// True or false.
    func boolean(_ key: String) throws -> Bool? {
        try value(key, allowed: "true or false") { $0.bool }
    }

    /// A whole number of a range.
    func number(_ key: String, _ range: ClosedRange<Int>) throws -> Int? {
        try value(key, allowed: "\(range.lowerBound) to \(range.upperBound)") { node in
            node.int.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// An absolute path.
    func path(of key: String) throws -> String? {
        try value(key, allowed: "an absolute path") { node in
            node.scalar?.string.hasPrefix("/") == true ? node.scalar?.string : nil
        }
    }

    /// A language that is spoken, or a region's form of one.
    func language(_ key: String, spoken: [LanguageTag]) throws -> LanguageTag? {
        let names = spoken.map(\.text).joined(separator: ", ")
        return try value(key, allowed: "one of \(names), or a tag that begins with one, such as de-AT") { node in
            node.scalar.flatMap { try? LanguageTag($0.string) }.flatMap { tag in
                LanguageTag.firstSpoken([tag]) { spoken.contains($0) ? tag : nil }
            }
        }
    }

    /// Visible text of so many characters.
    func text(_ key: String, _ lengths: ClosedRange<Int>) throws -> String? {
        let allowed = "visible text of \(lengths.lowerBound) to \(lengths.upperBound) characters"
        return try value(key, allowed: allowed) { node in
            guard let text = node.scalar?.string, lengths.contains(text.unicodeScalars.count), text.isPrintable else {
                return nil
            }
            return text
        }
    }

    /// Texts, each with its place, or the absolute path of a file that holds them; nil where the key is not there.
    func textsOrPath(_ key: String) throws -> TextsOrPath? {
        let place = file
        return try value(key, allowed: "a list of texts, or the absolute path of a file with one a line") { node in
            if let path = node.scalar?.string { return path.hasPrefix("/") ? .path(path) : nil }
            guard let sequence = node.sequence else { return nil }
            let texts = sequence.compactMap { item in
                item.scalar.map { (place: "\(place):\(item.mark?.line ?? 1)", text: $0.string) }
            }
            return texts.count == sequence.count ? .texts(texts) : nil
        }
    }

    /// Numeric user or group ids.
    ///
    /// Names are not looked up: the daemon never asks NSS.
    func identifiers(_ key: String) throws -> [UInt32] {
        try value(key, allowed: "a list of numeric ids below 4294967295") { node in
            node.sequence.flatMap { sequence in
                let numbers = sequence.compactMap { $0.int.flatMap(UInt32.init(exactly:)) }
                return numbers.count == sequence.count && !numbers.contains(.max) ? numbers : nil
            }
        } ?? []
    }

    /// A mapping inside this one.
    func section(_ key: String) throws -> ConfigurationNode? {
        known.append(key)
        guard let found = values.first(where: { $0.key == key }) else { return nil }
        return try ConfigurationNode(file: file, name: path(key), node: found.node)
    }

    /// Refuses every key that nobody asked for; called when all values have been read.
    func finish() throws {
        for value in values where !known.contains(value.key) {
            throw ConfigurationError(
                place: "\(file):\(value.line)", problem: "\(path(value.key)) is no key",
                allowed: known.sorted().joined(separator: ", "))
        }
    }

    private func path(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }
}

/// A list that stands in the configuration or in a file of its own.
enum TextsOrPath {
    case texts([(place: String, text: String)])
    case path(String)
}
