import SSPRVocabulary

/// JSON as text (RFC 8259), keys in the order given: for the printed specification and for command-line output.
public indirect enum JSONText: Sendable {
    case null
    case boolean(Bool)
    case unsigned(UInt64)
    case integer(Int64)
    case text(String)
    case list([JSONText])
    case object([(String, JSONText)])

    /// One line without blanks.
    public var compact: String { write(indent: nil) }

    /// Two blanks a level; a list of plain values stays on one line.
    public var pretty: String { write(indent: 0) }

    private func write(indent: Int?) -> String {
        switch self {
        case .null: return "null"
        case .boolean(let value): return value ? "true" : "false"
        case .unsigned(let value): return String(value)
        case .integer(let value): return String(value)
        case .text(let value): return Self.quoted(value)
        case .list(let items):
            let isFlat = items.allSatisfy(\.isPlain)
            return Self.join(
                items.map { $0.write(indent: indent.map { $0 + 1 }) }, "[", "]", isFlat ? nil : indent, flat: isFlat)
        case .object(let entries):
            let parts = entries.map { name, value in
                "\(Self.quoted(name)):\(indent == nil ? "" : " ")\(value.write(indent: indent.map { $0 + 1 }))"
            }
            return Self.join(parts, "{", "}", indent, flat: false)
        }
    }

    private var isPlain: Bool {
        switch self {
        case .list, .object: false
        default: true
        }
    }

    private static func join(_ parts: [String], _ open: String, _ close: String, _ indent: Int?, flat: Bool) -> String {
        guard !parts.isEmpty else { return open + close }
        guard let indent else { return open + parts.joined(separator: flat ? ", " : ",") + close }
        let margin = String(repeating: "  ", count: indent + 1)
        let end = String(repeating: "  ", count: indent)
        return "\(open)\n\(margin)\(parts.joined(separator: ",\n\(margin)"))\n\(end)\(close)"
    }

    /// A string with everything escaped that could disturb a terminal or a reader: whatever cannot be seen.
    public static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case _ where scalar.isHidden:
                // Beyond the first plane a character is a pair of escapes (RFC 8259 section 7).
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
