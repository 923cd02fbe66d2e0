import SSPRVocabulary
import Yams

/// A mapping of a document that gives out its values once each and refuses what nobody asked for.
///
/// The configuration file and policy documents are read with it. Every complaint carries the line, the key and what is allowed.
public final class DocumentNode {
    private let file: String?
    private let name: String
    private let line: Int
    private var values: [(key: String, line: Int, node: Node)] = []
    private var known: [String] = []
    private var sections: [String: DocumentNode] = [:]

    /// Reads a whole document, of a file of this name or of none; an empty one is the empty mapping.
    public convenience init(file: String?, text: String) throws {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw DocumentError(notYAML: error, in: file)
        }
        try self.init(file: file, name: "", node: root ?? Node([(Node, Node)]()))
    }

    private init(file: String?, name: String, node: Node) throws {
        self.file = file
        self.name = name
        line = node.mark?.line ?? 1
        guard let mapping = node.mapping else {
            throw DocumentError(
                place: Self.place(file, line), problem: "\(name.isEmpty ? "the file" : name) is no mapping",
                allowed: "key: value")
        }
        for (key, value) in mapping {
            let line = key.mark?.line ?? line
            guard let text = key.scalar?.string else {
                throw DocumentError(
                    place: Self.place(file, line), problem: "a key is no text", allowed: "key: value")
            }
            values.append((text, line, value))
        }
    }

    /// Reads the value of a key with `read`, which returns nil for what is not allowed.
    func value<T>(_ key: String, allowed: String, _ read: (Node) -> T?) throws -> T? {
        known.append(key)
        guard let found = values.first(where: { $0.key == key }) else { return nil }
        guard let value = read(found.node) else {
            let text = found.node.scalar.map { " \"\($0.string.quotable)\"" } ?? ""
            throw DocumentError(
                place: place(of: key), problem: "\(path(key)) cannot be\(text)", allowed: allowed)
        }
        return value
    }

    /// True or false.
    public func boolean(_ key: String) throws -> Bool? {
        try value(key, allowed: "true or false") { $0.bool }
    }

    /// A whole number of a range.
    public func number(_ key: String, _ range: ClosedRange<Int>) throws -> Int? {
        try value(key, allowed: "\(range.lowerBound) to \(range.upperBound)") { node in
            node.int.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// An absolute path.
    public func path(of key: String) throws -> String? {
        try value(key, allowed: "an absolute path") { node in
            node.scalar?.string.hasPrefix("/") == true ? node.scalar?.string : nil
        }
    }

    /// A language of which `isSpoken` is true.
    func language(_ key: String, allowed: String, isSpoken: (LanguageTag) -> Bool) throws -> LanguageTag? {
        try value(key, allowed: allowed) { node in
            node.scalar.flatMap { try? LanguageTag($0.string) }.flatMap { isSpoken($0) ? $0 : nil }
        }
    }

    /// Visible text of so many characters.
    public func text(_ key: String, _ lengths: ClosedRange<Int>) throws -> String? {
        let allowed = "visible text of \(lengths.lowerBound) to \(lengths.upperBound) characters"
        return try value(key, allowed: allowed) { node in
            guard let text = node.scalar?.string, lengths.contains(text.unicodeScalars.count), text.isPrintable else {
                return nil
            }
            return text
        }
    }

    /// Texts, each with its place, or the absolute path of a file that holds them; nil where the key is not there.
    public func textsOrPath(_ key: String) throws -> TextsOrPath? {
        let file = file
        return try value(key, allowed: "a list of texts, or the absolute path of a file with one a line") { node in
            if let path = node.scalar?.string { return path.hasPrefix("/") ? .path(path) : nil }
            guard let sequence = node.sequence else { return nil }
            let texts = sequence.compactMap { item in
                item.scalar.map { (place: Self.place(file, item.mark?.line ?? 1), text: $0.string) }
            }
            return texts.count == sequence.count ? .texts(texts) : nil
        }
    }

    /// Numeric user or group ids.
    ///
    /// Names are not looked up: the daemon never asks NSS.
    public func identifiers(_ key: String) throws -> [UInt32] {
        try value(key, allowed: "a list of numeric ids below 4294967295") { node in
            node.sequence.flatMap { sequence in
                let numbers = sequence.compactMap { $0.int.flatMap(UInt32.init(exactly:)) }
                return numbers.count == sequence.count && !numbers.contains(.max) ? numbers : nil
            }
        } ?? []
    }

    /// A mapping inside this one; the same whenever it is asked for.
    public func section(_ key: String) throws -> DocumentNode? {
        if let section = sections[key] { return section }
        known.append(key)
        guard let found = values.first(where: { $0.key == key }) else { return nil }
        let section = try DocumentNode(file: file, name: path(key), node: found.node)
        sections[key] = section
        return section
    }

    /// Every key that stands here, in the order of the text.
    var keys: [String] { values.map(\.key) }

    /// True when the key stands here, whether somebody has asked for it or not.
    func holds(_ key: String) -> Bool { values.contains { $0.key == key } }

    /// Where a key stands, for a complaint.
    func place(of key: String) -> String {
        Self.place(file, values.first { $0.key == key }?.line ?? line)
    }

    /// Refuses every key that nobody asked for, here and in the sections; called when all values have been read.
    public func finish() throws {
        for value in values where !known.contains(value.key) {
            let near = Nearest.of(value.key, in: known).map { "; the nearest is \(path($0))" } ?? ""
            throw DocumentError(
                place: place(of: value.key), problem: "\(path(value.key.quotable)) is no key\(near)",
                allowed: Set(known).sorted().joined(separator: ", "))
        }
        for (_, section) in sections.sorted(by: { $0.value.line < $1.value.line }) { try section.finish() }
    }

    func path(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }

    static func place(_ file: String?, _ line: Int) -> String { file.map { "\($0):\(line)" } ?? "line \(line)" }
}

extension DocumentError {
    /// What the reader of YAML says, in one line.
    fileprivate init(notYAML error: any Error, in file: String?) {
        var (line, problem) = (1, "it cannot be read")
        switch error as? YamlError {
        case .scanner(_, let what, let mark, _), .parser(_, let what, let mark, _), .composer(_, let what, let mark, _):
            (line, problem) = (mark.line, what)
        case .duplicatedKeysInMapping(let keys, let context):
            (line, problem) = (
                context.mark.line, "a key stands there twice: " + keys.prefix(3).map(\.quotable).joined(separator: ", ")
            )
        case .reader(let what, _, _, _): problem = what
        default: break
        }
        self.init(
            place: DocumentNode.place(file, line), problem: "not YAML: \(problem)", allowed: "a YAML mapping")
    }
}

/// A list that stands in a document or in a file of its own.
public enum TextsOrPath {
    /// The list, each text with its place.
    case texts([(place: String, text: String)])
    /// The file's absolute path.
    case path(String)
}
