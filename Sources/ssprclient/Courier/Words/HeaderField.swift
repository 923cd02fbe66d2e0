/// One header field of RFC 5322: printable ASCII, so that no value can end its line and begin another field (attack G7).
struct HeaderField {
    /// `Name: value`, without a line end.
    let line: String

    /// Takes a value of printable ASCII and blanks; throws for anything else.
    init(_ name: String, _ value: String) throws(MessageError) {
        guard value.utf8.allSatisfy({ (UInt8(ascii: " ")...UInt8(ascii: "~")).contains($0) }) else {
            throw MessageError(description: "the header field \(name) holds a control character or is not ASCII")
        }
        line = "\(name): \(value)"
    }

    /// Takes any text without control characters: as it is when it is ASCII, else as encoded words (RFC 2047 section 2).
    init(_ name: String, text: String) throws(MessageError) {
        try self.init(name, text.utf8.allSatisfy { $0 < 0x80 } ? text : Self.encodedWords(text))
    }

    /// A mailbox with a display name (RFC 5322 section 3.4).
    init(_ name: String, display: String, address: String) throws(MessageError) {
        if display.utf8.allSatisfy({ $0 < 0x80 }) {
            let quoted = display.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
            try self.init(name, "\"\(String(quoted))\" <\(address)>")
        } else {
            try self.init(name, "\(Self.encodedWords(display)) <\(address)>")
        }
    }

    /// Words of at most 75 characters, none of which splits a character.
    private static func encodedWords(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        for character in text.unicodeScalars {
            let bytes = Array(String(character).utf8)
            // 45 bytes become 60 characters; the frame `=?UTF-8?B?` and `?=` adds 12.
            if words[words.count - 1].count + bytes.count > 45 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?UTF-8?B?\(base64($0))?=" }.joined(separator: " ")
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Base 64 with padding (RFC 4648 section 4).
    private static func base64(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                digits.append(place <= group.count ? alphabet[value >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
