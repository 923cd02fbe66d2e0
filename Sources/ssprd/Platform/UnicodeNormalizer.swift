import Foundation
public import SSPRDomain
public import SSPRVocabulary

/// Unicode normal forms of secrets.
///
/// Printable ASCII, which most secrets are, never becomes a `String`: it is read and written as bytes that are wiped. Other text has to
/// go through Foundation's strings, whose heap copies nobody can wipe; they are dropped as soon as the result is made.
public struct UnicodeNormalizer: TextNormalizer {
    /// Makes a normaliser; it has no state.
    public init() {}

    /// A password as it is hashed: RFC 8265 section 4.2.2 (OpaqueString).
    ///
    /// Other blanks become U+0020, then NFC; nothing is folded.
    ///
    /// Throws `NotText` for what is not UTF-8, is empty, or holds a code point that its class has not (`FreeformClass`): what cannot be
    /// seen, and what is unassigned and might therefore be normalised otherwise one day.
    public func opaqueString(_ secret: Secret) throws -> Secret {
        guard !secret.isEmpty else { throw NotText() }
        if isPrintableASCII(secret) { return secret }
        // Composed first: a syllable of Korean that was typed in its parts is one.
        let text = try accepted(secret).precomposedStringWithCanonicalMapping
        guard FreeformClass.accepts(text) else { throw NotText() }
        return Secret(text: text)
    }

    /// The number of code points in a normalised secret: the bytes of UTF-8 that continue no other.
    public func codePoints(in secret: Secret) -> Int {
        // The bytes are only counted, inside the loan.
        unsafe secret.withBytes { bytes in unsafe bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }
    }

    /// A security answer as it is hashed: NFKC, case folded, blanks collapsed to one and trimmed.
    ///
    /// Throws `NotText` for what is not UTF-8, holds a control or an unassigned code point, and when nothing is left.
    public func answer(_ secret: Secret) throws -> Secret {
        var bytes: [UInt8]
        if isPrintableASCII(secret) {
            // The bytes are copied into an array that is wiped below.
            bytes = unsafe secret.withBytes { unsafe Array($0) }
            for place in bytes.indices where (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes[place]) {
                bytes[place] |= 0x20
            }
        } else {
            let folded = folded(try accepted(secret).precomposedStringWithCompatibilityMapping)
            // Folding may undo the normal form, and normalising may bring in blanks that were none before.
            bytes = Array(mappingBlanks(folded.precomposedStringWithCompatibilityMapping).utf8)
        }
        defer { wipe(&bytes) }
        collapseBlanks(&bytes)
        guard !bytes.isEmpty else { throw NotText() }
        return Secret(bytes)
    }

    private func isPrintableASCII(_ secret: Secret) -> Bool {
        // The bytes are only looked at, inside the loan.
        unsafe secret.withBytes { bytes in unsafe bytes.allSatisfy { (0x20...0x7E).contains($0) } }
    }

    /// The text with blanks mapped, when every code point is acceptable.
    private func accepted(_ secret: Secret) throws -> String {
        guard let text = secret.revealText() else { throw NotText() }
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .unassigned, .surrogate: throw NotText()
            default: break
            }
        }
        return mappingBlanks(text)
    }

    /// Every blank (category Zs) as U+0020.
    private func mappingBlanks(_ text: String) -> String {
        var mapped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            mapped.append(scalar.properties.generalCategory == .spaceSeparator ? " " : scalar)
        }
        return String(mapped)
    }

    /// Case folded without regard to language or neighbours.
    ///
    /// Down, up and down again: sharp s has two capitals, sigma two small forms, and only the way round brings each set
    /// together.
    private func folded(_ text: String) -> String {
        [\Unicode.Scalar.Properties.lowercaseMapping, \.uppercaseMapping, \.lowercaseMapping].reduce(text) {
            text, mapping in
            text.unicodeScalars.reduce(into: "") { $0 += $1.properties[keyPath: mapping] }
        }
    }

    /// Leaves one blank between words and none at the ends; what is cut off is zeroed first.
    private func collapseBlanks(_ bytes: inout [UInt8]) {
        var end = 0
        // By index: a loop over the array itself would hold a second reference, and writing would leave a copy behind.
        for place in bytes.indices where bytes[place] != 0x20 || (end > 0 && bytes[end - 1] != 0x20) {
            bytes[end] = bytes[place]
            end += 1
        }
        if end > 0, bytes[end - 1] == 0x20 { end -= 1 }
        for place in end..<bytes.count { bytes[place] = 0 }
        bytes.removeLast(bytes.count - end)
    }

    /// Zeroes the bytes in place.
    ///
    /// Not inlined, so that the stores are not dropped as never read.
    @inline(never)
    private func wipe(_ bytes: inout [UInt8]) {
        for place in bytes.indices { bytes[place] = 0 }
        bytes.removeAll()
    }
}
