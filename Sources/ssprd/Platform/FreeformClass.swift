/// The code points that a password may hold: RFC 8264 section 4.3 (FreeformClass), to which RFC 8265 section 4.2.1 holds.
///
/// Allowed is what is seen: letters, marks, digits, symbols, punctuation, blanks. Not asked are the rules of context for eleven
/// punctuation marks and the digits of Arabic (ContextO), all of which are seen.
enum FreeformClass {
    /// True when every code point is allowed where it stands.
    static func accepts(_ text: String) -> Bool {
        var before: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            guard accepts(scalar, after: before) else { return false }
            before = scalar
        }
        return true
    }

    private static func accepts(_ scalar: Unicode.Scalar, after before: Unicode.Scalar?) -> Bool {
        if joiners.contains(scalar.value) { return mayJoin(after: before) }
        if exceptions.contains(scalar.value) || oldHangul.contains(where: { $0.contains(scalar.value) }) {
            return false
        }
        if scalar.properties.isDefaultIgnorableCodePoint || scalar.properties.isNoncharacterCodePoint { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
        default: return true
        }
    }

    /// RFC 5892 appendix A.1 and A.2: behind a virama; and between letters that join, for which any letter of Arabic is taken here.
    private static func mayJoin(after before: Unicode.Scalar?) -> Bool {
        guard let before else { return false }
        return before.properties.canonicalCombiningClass == .virama
            || (0x0620...0x06D3).contains(before.value) || (0x0750...0x077F).contains(before.value)
    }

    /// ZERO WIDTH NON-JOINER and JOINER (RFC 8264 section 9.8).
    private static let joiners: Set<UInt32> = [0x200C, 0x200D]
    /// RFC 8264 section 9.6, those that are disallowed.
    private static let exceptions: Set<UInt32> = [
        0x0640, 0x07FA, 0x302E, 0x302F, 0x3031, 0x3032, 0x3033, 0x3034, 0x3035, 0x303B,
    ]
    /// Conjoining jamo (RFC 8264 section 9.9): whole syllables have code points of their own.
    private static let oldHangul: [ClosedRange<UInt32>] = [0x1100...0x11FF, 0xA960...0xA97C, 0xD7B0...0xD7FB]
}
