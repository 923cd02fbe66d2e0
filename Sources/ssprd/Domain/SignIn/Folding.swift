import SSPRVocabulary

/// Text as banned words are looked for: small letters, and one letter for all that are written in its place.
///
/// Both the words and the passwords are folded, so a digit that may stand for two letters joins them: 1 is i and l.
enum Folding {
    /// One code point; it stays one.
    static func fold(_ scalar: Unicode.Scalar) -> UInt32 {
        let small = scalar.isASCII ? smallASCII(scalar.value) : scalar.properties.lowercaseMapping.unicodeScalars.first
        let letter: Unicode.Scalar =
            switch small ?? scalar {
            case "0": "o"
            case "1", "i", "!", "|": "l"
            case "3", "\u{20AC}": "e"
            case "4", "@": "a"
            case "5", "$": "s"
            case "7", "+": "t"
            case "8": "b"
            case "9": "g"
            case let other: other
            }
        return letter.value
    }

    /// A word of a list, a name.
    static func fold(_ text: String) -> [UInt32] { text.unicodeScalars.map(fold) }

    /// Lends a password's folded code points, which are wiped afterwards.
    static func withFolded<R>(_ password: Secret, _ body: ([UInt32]) -> R) -> R {
        // The bytes are read inside the loan only.
        var folded: [UInt32] = unsafe password.withBytes { bytes in
            var folded: [UInt32] = []
            // Grown at once: a smaller buffer that is left behind would be wiped by nobody.
            folded.reserveCapacity(bytes.count)
            var iterator = unsafe bytes.makeIterator()
            var decoder = Unicode.UTF8()
            while case let step = unsafe decoder.decode(&iterator), step != .emptyInput {
                if case .scalarValue(let scalar) = step { folded.append(fold(scalar)) }
            }
            return folded
        }
        defer { wipe(codePoints: &folded) }
        return body(folded)
    }

    private static func smallASCII(_ value: UInt32) -> Unicode.Scalar? {
        Unicode.Scalar((65...90).contains(value) ? value | 0x20 : value)
    }
}
