import Yams

/// A mapping of a configuration file; its keys have been checked.
public struct SettingsSection {
    private let values: [String: SettingsValue]
    private let whole: SettingsValue

    init(_ whole: SettingsValue, values: [String: SettingsValue]) {
        self.whole = whole
        self.values = values
    }

    /// The value of a key; nil when it is not there.
    public subscript(_ key: String) -> SettingsValue? { values[key] }

    /// The value of a key that must be there; `accepted` says what would be written.
    public func require(_ key: String, accepted: String) throws(SettingsError) -> SettingsValue {
        guard let value = values[key] else { throw whole.refused("the key `\(key)` is missing: \(accepted)") }
        return value
    }
}

extension SettingsValue {
    /// A mapping whose keys are all among `keys`.
    public func section(keys: [String]) throws(SettingsError) -> SettingsSection {
        let accepted = "a mapping with keys among \(keys.joined(separator: ", "))"
        guard let mapping = node.mapping else { throw refused("expected \(accepted)") }
        var values: [String: SettingsValue] = [:]
        for (name, node) in mapping {
            let name = SettingsValue(file: file, key: key, node: name)
            guard let text = name.node.scalar?.string, keys.contains(text) else {
                throw name.refused("unknown key `\(name.node.scalar?.string ?? "?")`; expected \(accepted)")
            }
            values[text] = SettingsValue(file: file, key: key.isEmpty ? text : "\(key).\(text)", node: node)
        }
        return SettingsSection(self, values: values)
    }

    /// The value of one key of a mapping whose other keys are not known yet; `accepted` says what would be written.
    public func member(_ name: String, accepted: String) throws(SettingsError) -> SettingsValue {
        guard let mapping = node.mapping else { throw refused("expected a mapping with the key `\(name)`") }
        guard let found = mapping.first(where: { $0.key.scalar?.string == name }) else {
            throw refused("the key `\(name)` is missing: \(accepted)")
        }
        return SettingsValue(file: file, key: key.isEmpty ? name : "\(key).\(name)", node: found.value)
    }

    /// A mapping of `count` entries whose names the file chooses: 1 to 32 lower-case letters, digits or `-`; or, with `anyName`, whatever
    /// text another program wants.
    public func entries(
        _ count: ClosedRange<Int>, anyName: Bool = false
    ) throws(SettingsError) -> [(name: String, value: SettingsValue)] {
        guard let mapping = node.mapping, count.contains(mapping.count) else {
            throw refused("expected a mapping with \(count.lowerBound) to \(count.upperBound) entries")
        }
        var entries: [(name: String, value: SettingsValue)] = []
        for (name, node) in mapping {
            let text = try SettingsValue(file: file, key: key, node: name).text(1...(anyName ? 64 : 32))
            let value = SettingsValue(file: file, key: key.isEmpty ? text : "\(key).\(text)", node: node)
            guard anyName || text.utf8.allSatisfy(Self.isNameByte) else {
                throw value.refused("expected a name of 1 to 32 lower-case letters, digits or -")
            }
            entries.append((text, value))
        }
        return entries
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "-")
    }
}
