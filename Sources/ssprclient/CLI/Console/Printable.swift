import SSPRVocabulary

/// Text from anywhere, made fit for a terminal (attack G7).
enum Printable {
    /// The text with everything hidden escaped, as backslash-u and a number.
    ///
    /// All else, of any language, stands for itself.
    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: \.isHidden) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar.isHidden {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
