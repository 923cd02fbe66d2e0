/// Writes items for people: the diagnostic notation of RFC 8949 section 8.
public enum CBORDiagnostic {
    /// Validates `bytes` and returns their text, such as `{1: "a", 2: h'ff'}`; throws `CBORError` when they are refused.
    ///
    /// It shows all content, secrets too: never for a log.
    public static func text(of bytes: [UInt8]) throws(CBORError) -> String {
        var output = ""
        append(try CBORItem(decoding: bytes), to: &output)
        return output
    }

    private static func append(_ item: CBORItem, to output: inout String) {
        switch item {
        case .unsigned(let value): output += String(value)
        case .negative(let value): output += negative(value)
        case .boolean(let value): output += value ? "true" : "false"
        case .bytes(let bytes): output += "h'" + bytes.map(hexadecimal).joined() + "'"
        case .text(let text): output += quoted(text)
        case .array(let elements):
            output += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { output += ", " }
                append(element, to: &output)
            }
            output += "]"
        case .map(let entries):
            output += "{"
            for (index, entry) in entries.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { output += ", " }
                output += "\(entry.key): "
                append(entry.value, to: &output)
            }
            output += "}"
        }
    }

    /// The decimal text of -1 - `value`; the last such number is one digit too wide for 64 bits.
    private static func negative(_ value: UInt64) -> String {
        value == .max ? "-18446744073709551616" : "-" + String(value + 1)
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    /// The text as a JSON string: control characters, quotes and backslashes are escaped, all else stands for itself.
    private static func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case "\u{0}"..<" ", "\u{7f}":
                output += "\\u00" + hexadecimal(UInt8(truncatingIfNeeded: scalar.value))
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }
}
