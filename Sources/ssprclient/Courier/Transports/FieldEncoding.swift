import SSPRAgent

/// Values between the marks of a form or of JSON, so that none can end its field (attack G7).
enum FieldEncoding {
    /// Appends a value of a form (WHATWG URL section 5.2): all but letters, digits and `*-._` as percent and hexadecimal.
    static func appendForm(_ value: some Sequence<UInt8>, to bytes: inout [UInt8]) {
        for byte in value {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            }
        }
    }

    /// Appends a JSON string with its quotation marks (RFC 8259 section 7); `value` is UTF-8.
    static func appendJSON(_ value: some Sequence<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(quote)
        for byte in value {
            switch byte {
            case quote, UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: bytes += Array("\\u00".utf8) + [hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(quote)
    }

    /// Lends what `fill` writes into a buffer of its own, which is wiped afterwards.
    static func withWiped(_ fill: (inout [UInt8]) -> Void, _ use: ([UInt8]) -> Void) {
        var buffer: [UInt8] = []
        // Once enough for what telephones are told: growing would leave copies behind.
        buffer.reserveCapacity(4096)
        fill(&buffer)
        use(buffer)
        buffer.wipe()
    }

    private static let quote = UInt8(ascii: "\"")
    private static let hexadecimal = Array("0123456789ABCDEF".utf8)
}
