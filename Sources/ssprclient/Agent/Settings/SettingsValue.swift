import Yams

/// One value of a configuration file with the place where it stands.
public struct SettingsValue {
    let file: String
    let key: String
    let node: Node

    /// The error that this value is refused with; `rule` says what is accepted.
    public func refused(_ rule: String) -> SettingsError {
        SettingsError(file: file, line: node.mark?.line, key: key, rule: rule)
    }

    /// What a value is made of.
    public enum Shape: Sendable {
        case scalar
        case list
        case mapping
    }

    /// What this value is made of.
    public var shape: Shape { node.mapping != nil ? .mapping : node.sequence != nil ? .list : .scalar }

    /// A text of `length` bytes without control characters.
    public func text(_ length: ClosedRange<Int>) throws(SettingsError) -> String {
        guard let text = node.scalar?.string, length.contains(text.utf8.count),
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            throw refused(
                "expected text of \(length.lowerBound) to \(length.upperBound) bytes without control characters")
        }
        return text
    }

    /// One of `allowed`.
    public func choice(_ allowed: [String]) throws(SettingsError) -> String {
        guard let text = node.scalar?.string, allowed.contains(text) else {
            throw refused("expected one of \(allowed.joined(separator: ", "))")
        }
        return text
    }

    /// A decimal number.
    public func integer(in range: ClosedRange<Int>) throws(SettingsError) -> Int {
        guard let text = node.scalar?.string, let number = Int(text), range.contains(number) else {
            throw refused("expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// `true` or `false`.
    public func boolean() throws(SettingsError) -> Bool {
        try choice(["true", "false"]) == "true"
    }

    /// A word that validates itself; its own rule is passed on.
    public func word<Word>(_ make: (String) throws -> Word) throws(SettingsError) -> Word {
        let text = try text(1...1024)
        do { return try make(text) } catch { throw refused("expected \(error)") }
    }

    /// An absolute path.
    public func absolutePath() throws(SettingsError) -> String {
        let path = try text(1...1024)
        guard path.hasPrefix("/") else { throw refused("expected an absolute path") }
        return path
    }

    /// A sequence of `count` values.
    public func list(_ count: ClosedRange<Int>) throws(SettingsError) -> [SettingsValue] {
        guard let sequence = node.sequence, count.contains(sequence.count) else {
            throw refused("expected a list of \(count.lowerBound) to \(count.upperBound) entries")
        }
        return sequence.enumerated().map { SettingsValue(file: file, key: "\(key)[\($0.offset)]", node: $0.element) }
    }

    /// A command: an absolute path and its arguments.
    ///
    /// It is run as it stands, without a shell.
    public func command() throws(SettingsError) -> [String] {
        let parts = try list(1...32)
        var command = [try parts[0].absolutePath()]
        for part in parts.dropFirst() { command.append(try part.text(0...1024)) }
        return command
    }
}
