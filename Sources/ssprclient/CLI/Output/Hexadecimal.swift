/// Bytes as hexadecimal digits.
enum Hexadecimal {
    /// Two lower-case digits a byte.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The bytes of an even number of digits; nil for anything else.
    ///
    /// Blanks and line ends between digits do not count.
    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = text.utf8.filter { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        guard digits.count.isMultiple(of: 2), digits.allSatisfy(\.isHexadecimalDigit) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }
}
