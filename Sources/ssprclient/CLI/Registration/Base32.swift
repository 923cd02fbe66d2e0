/// Bytes as base32 (RFC 4648 section 6) without padding: how authenticator apps take keys.
enum Base32 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")

    /// The digits; what the last one has beyond the last bit is zero.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        var bits = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | Int(byte)
            count += 8
            while count >= 5 {
                count -= 5
                text.append(digits[bits >> count])
                bits &= 1 << count - 1
            }
        }
        if count > 0 { text.append(digits[bits << (5 - count)]) }
        return text
    }

    /// The digits in groups of four, to be read and typed by people.
    static func grouped(_ text: String) -> String {
        var result = ""
        for (index, digit) in text.enumerated() {
            if index > 0, index.isMultiple(of: 4) { result.append(" ") }
            result.append(digit)
        }
        return result
    }
}
