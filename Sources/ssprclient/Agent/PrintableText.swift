/// Text from elsewhere, made fit for a log line, a report or a terminal: printable ASCII only, cut to a length (attack G7).
public enum PrintableText {
    /// Keeps printable ASCII, turns every run of anything else into one blank, and cuts to `limit` bytes.
    public static func clean(_ bytes: some Sequence<UInt8>, limit: Int) -> String {
        var kept: [UInt8] = []
        for byte in bytes where kept.count < limit {
            if (UInt8(ascii: "!")...UInt8(ascii: "~")).contains(byte) {
                kept.append(byte)
            } else if let last = kept.last, last != UInt8(ascii: " ") {
                kept.append(UInt8(ascii: " "))
            }
        }
        if kept.last == UInt8(ascii: " ") { kept.removeLast() }
        return String(decoding: kept, as: UTF8.self)
    }

    /// `clean`, with every word that could be an address and every word that holds six or more digits in a row replaced.
    ///
    /// A relay quotes what it was given; a log must hold neither codes nor full addresses.
    public static func masked(_ bytes: some Sequence<UInt8>, limit: Int) -> String {
        // Masked before it is cut: half an address is still an address.
        let words = clean(bytes, limit: masksAtMost).split(separator: " ").map { word in
            if word.utf8.contains(UInt8(ascii: "@")) { return "[address]" }
            return hasDigitRun(word) ? "[digits]" : String(word)
        }
        return clean(words.joined(separator: " ").utf8, limit: limit)
    }

    private static let masksAtMost = 4096

    private static func hasDigitRun(_ word: Substring) -> Bool {
        var run = 0
        for byte in word.utf8 {
            run = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? run + 1 : 0
            if run == 6 { return true }
        }
        return false
    }
}
