import SSPRCrypto
import SSPRDomain
import SSPRProtocol
import SSPRVocabulary

/// A line that is not what it must be.
struct BadLine: Error {
    let reason: String
}

/// A place in a list and what is wrong there.
struct FilterInputError: Error, CustomStringConvertible {
    let place: String
    let problem: String

    var description: String { "\(place): \(problem)" }
}

/// A line of a list of words: a password in UTF-8.
struct WordLine {
    let text: any TextNormalizer

    /// Nil for an empty line.
    func digest(_ line: ArraySlice<UInt8>) throws(BadLine) -> PasswordDigest? {
        let line = line.withoutReturn
        if line.isEmpty { return nil }
        // Longer ones reach no daemon.
        guard line.count <= WireLimit.secretBytes else { throw BadLine(reason: "longer than 1024 bytes") }
        // In the form in which the daemon verifies and looks up.
        do {
            return PasswordDigest(of: try text.opaqueString(Secret(line)))
        } catch {
            throw BadLine(reason: "no password can be this: not UTF-8, or with characters that cannot be seen")
        }
    }
}

/// A line of a dump: hexadecimal digits of a SHA-1, maybe a colon and how often it was seen.
struct HashLine {
    /// The first digits, where the file's name has them.
    let prefix: [UInt8]

    /// Nil for an empty line, and for a hash that was seen never: range files are padded with those.
    func digest(_ line: ArraySlice<UInt8>) throws(BadLine) -> PasswordDigest? {
        let line = line.withoutReturn
        if line.isEmpty { return nil }
        let colon = line.firstIndex(of: UInt8(ascii: ":"))
        var digits = line[..<(colon ?? line.endIndex)]
        let full = 2 * PasswordDigest.length
        guard digits.count == full || (!prefix.isEmpty && digits.count == full - prefix.count) else {
            throw BadLine(reason: "expected the 40 digits of a SHA-1" + (prefix.isEmpty ? "" : ", or the last 35"))
        }
        if digits.count < full { digits = prefix + digits }
        let values = digits.compactMap(Self.value)
        guard values.count == full else { throw BadLine(reason: "expected hexadecimal digits") }
        if let colon {
            let count = line[(colon + 1)...]
            guard !count.isEmpty, count.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
                throw BadLine(reason: "expected a number after the colon")
            }
            if count.allSatisfy({ $0 == UInt8(ascii: "0") }) { return nil }
        }
        return PasswordDigest(
            leading: stride(from: 0, to: 16, by: 2).map { values[$0] << 4 | values[$0 + 1] })
    }

    /// What a hexadecimal digit stands for.
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension ArraySlice<UInt8> {
    /// A line as it ends on Windows, without that.
    fileprivate var withoutReturn: Self { last == UInt8(ascii: "\r") ? dropLast() : self }
}
