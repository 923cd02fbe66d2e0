/// A setting that cannot be used: where it stands, its key and what would be accepted.
public struct SettingsError: Error, CustomStringConvertible, Equatable {
    /// The configuration file.
    public let file: String
    /// The line, counted from 1; nil when the fault is the file's own.
    public let line: Int?
    /// The key with those above it, joined by dots; empty for the whole file.
    public let key: String
    /// What is wrong and what is accepted.
    public let rule: String

    /// Describes a setting that cannot be used.
    public init(file: String, line: Int?, key: String, rule: String) {
        self.file = file
        self.line = line
        self.key = key
        self.rule = rule
    }

    /// `file:line: key: rule`.
    public var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return key.isEmpty ? "\(place): \(rule)" : "\(place): \(key): \(rule)"
    }
}
