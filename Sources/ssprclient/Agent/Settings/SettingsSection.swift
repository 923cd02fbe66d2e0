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
}
