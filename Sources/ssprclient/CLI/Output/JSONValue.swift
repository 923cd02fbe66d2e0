import SSPRProtocol

/// A JSON value (RFC 8259) as read; numbers are whole, because no message has others.
indirect enum JSONValue: Equatable {
    case null
    case boolean(Bool)
    case unsigned(UInt64)
    case negative(Int64)
    case string(String)
    case list([JSONValue])
    case object([Entry])

    /// One entry of an object, in the order in which they are written.
    struct Entry: Equatable {
        let name: String
        let value: JSONValue
    }
}

extension JSONValue {
    /// The value under a key of an object.
    subscript(key: String) -> JSONValue? {
        guard case .object(let entries) = self else { return nil }
        return entries.first { $0.name == key }?.value
    }

    /// The value as text again.
    var text: JSONText {
        switch self {
        case .null: .null
        case .boolean(let value): .boolean(value)
        case .unsigned(let value): .unsigned(value)
        case .negative(let value): .integer(value)
        case .string(let value): .text(value)
        case .list(let items): .list(items.map(\.text))
        case .object(let entries): .object(entries.map { ($0.name, $0.value.text) })
        }
    }
}

/// Why a text is not such a value.
struct JSONError: Error, CustomStringConvertible {
    /// The byte at which reading stopped.
    let offset: Int
    /// What was expected; never content of the text, which may hold a secret.
    let expected: String

    var description: String { "expected \(expected) at byte \(offset)" }
}

/// Reads JSON strictly: one value, nothing after it, no key twice, no fractions, at most 32 levels.
struct JSONReader {
    private let bytes: [UInt8]
    private var offset = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads the one value of `bytes`.
    static func read(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        var reader = JSONReader(bytes)
        let value = try reader.value(depth: 0)
        reader.skipBlanks()
        guard reader.offset == bytes.count else { throw reader.error("the end") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth < 32 else { throw error("less nesting") }
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "\""): return .string(try text())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        var entries: [JSONValue.Entry] = []
        var names: Set<String> = []
        try take("{")
        skipBlanks()
        if takeIf("}") { return .object(entries) }
        repeat {
            skipBlanks()
            let start = offset
            let key = try text()
            guard names.insert(key).inserted else { throw JSONError(offset: start, expected: "each key once") }
            skipBlanks()
            try take(":")
            entries.append(.init(name: key, value: try value(depth: depth + 1)))
            skipBlanks()
        } while takeIf(",")
        try take("}")
        return .object(entries)
    }

    private mutating func list(depth: Int) throws(JSONError) -> JSONValue {
        var items: [JSONValue] = []
        try take("[")
        skipBlanks()
        if takeIf("]") { return .list(items) }
        repeat {
            items.append(try value(depth: depth + 1))
            skipBlanks()
        } while takeIf(",")
        try take("]")
        return .list(items)
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = offset
        let isNegative = takeIf("-")
        var digits: [UInt8] = []
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            digits.append(byte)
            offset += 1
        }
        let next = peek
        let hasFraction = next == UInt8(ascii: ".") || next == UInt8(ascii: "e") || next == UInt8(ascii: "E")
        let hasLeadingZero = digits.count > 1 && digits[0] == UInt8(ascii: "0")
        let text = String(decoding: digits, as: UTF8.self)
        if !hasFraction, !hasLeadingZero {
            if !isNegative, let value = UInt64(text) { return .unsigned(value) }
            if isNegative, let value = Int64("-" + text) { return value < 0 ? .negative(value) : .unsigned(0) }
        }
        throw JSONError(offset: start, expected: digits.isEmpty ? "a value" : "a whole number of at most 64 bits")
    }
}

// MARK: Strings and marks

extension JSONReader {
    private mutating func text() throws(JSONError) -> String {
        try take("\"")
        let start = offset
        var content: [UInt8] = []
        while let byte = peek {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw JSONError(offset: start, expected: "UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): content += Array(String(try escape()).utf8)
            case 0..<0x20: throw JSONError(offset: offset - 1, expected: "an escape instead of a control character")
            default: content.append(byte)
            }
        }
        throw error("the end of a string")
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        let marks: [(Character, Unicode.Scalar)] = [
            ("\"", "\""), ("\\", "\\"), ("/", "/"), ("b", "\u{8}"), ("f", "\u{c}"), ("n", "\n"), ("r", "\r"),
            ("t", "\t"),
        ]
        for (mark, scalar) in marks where takeIf(mark) { return scalar }
        try take("u")
        let start = offset
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // Half of a pair (RFC 8259 section 7): the other half must follow.
        if unit < 0xDC00, takeIf("\\"), takeIf("u") {
            let low = try hexadecimal()
            if (0xDC00..<0xE000).contains(low),
                let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
            {
                return scalar
            }
        }
        throw JSONError(offset: start, expected: "a Unicode scalar")
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard offset + 4 <= bytes.count, bytes[offset..<offset + 4].allSatisfy({ $0.isHexadecimalDigit }),
            let value = UInt32(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits") }
        offset += 4
        return value
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[offset...].starts(with: word.utf8) else { throw error("a value") }
        offset += word.utf8.count
        return value
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipBlanks() {
        while let byte = peek, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { offset += 1 }
    }

    private mutating func takeIf(_ mark: Character) -> Bool {
        guard let byte = peek, byte == mark.asciiValue else { return false }
        offset += 1
        return true
    }

    private mutating func take(_ mark: Character) throws(JSONError) {
        guard takeIf(mark) else { throw error("\(mark)") }
    }

    private func error(_ expected: String) -> JSONError { JSONError(offset: offset, expected: expected) }
}

extension UInt8 {
    /// True for 0 to 9, a to f and A to F.
    var isHexadecimalDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
