import SSPRDomain
import SSPRPlatform
import SSPRVocabulary
import Testing

@Suite struct UnicodeNormalizerTests {
    private let normalizer = UnicodeNormalizer()

    private func opaque(_ text: String) -> String? { try? normalizer.opaqueString(Secret(text: text)).revealText() }

    private func answer(_ text: String) -> String? { try? normalizer.answer(Secret(text: text)).revealText() }

    /// Unlike ==, tells canonically equivalent texts apart.
    private func same(_ left: String?, _ right: String?) -> Bool {
        left.map { Array($0.utf8) } == right.map { Array($0.utf8) }
    }

    @Test("The examples of RFC 8265 section 4.3")
    func examples() {
        #expect(opaque("correct horse battery staple") == "correct horse battery staple")
        #expect(opaque("Correct Horse Battery Staple") == "Correct Horse Battery Staple")
        #expect(same(opaque("\u{3C0}\u{DF}\u{E5}"), "\u{3C0}\u{DF}\u{E5}"))
        #expect(opaque("Jack of \u{2666}s") == "Jack of \u{2666}s")
        #expect(same(opaque("foo\u{1680}bar"), "foo bar"))
        #expect(opaque("") == nil)
        #expect(opaque("my cat is a \u{9}by") == nil)
    }

    @Test("Blanks are mapped before composing, nothing else changes")
    func opaqueForms() {
        #expect(same(opaque("e\u{301}\u{A0}\u{3000}"), "\u{E9}  "))
        #expect(same(opaque(" A\u{FB01} "), " A\u{FB01} "))
        // Controls, noncharacters, and one code point that is not assigned.
        for refused: UInt32 in [0, 0x9, 0xA, 0x7F, 0x85, 0xFDD0, 0xFFFE, 0xFFFF, 0x10FFFF, 0x378] {
            let text = Unicode.Scalar(refused).map { "\u{E9}\(Character($0))" }
            #expect(text != nil && text.flatMap(opaque) == nil, "\(refused)")
        }
        // What cannot be seen (RFC 8264 sections 9.6 to 9.16): soft hyphen, zero width space, marks and overrides of direction, separators,
        // selectors, byte order mark, a letter's half of Korean, filler, tatweel, private use, a number sign that encloses others.
        for refused: UInt32 in [
            0xAD, 0x200B, 0x200E, 0x202E, 0x2028, 0x2029, 0x2060, 0xFE0F, 0xFEFF, 0x1100, 0x11FF, 0xA960, 0xD7FB,
            0x115F, 0x0640, 0x3031,
            0xE000, 0xF0000, 0x0600, 0xE0020,
        ] {
            let text = Unicode.Scalar(refused).map { "\u{E9}\(Character($0))" }
            #expect(text != nil && text.flatMap(opaque) == nil, "\(refused)")
        }
        // What can: letters of many scripts, symbols, an emoji, full width, a syllable typed in its parts, and joiners where they belong.
        #expect(same(opaque("\u{1112}\u{1161}\u{11AB}"), "\u{D55C}"))
        for kept in [
            "\u{1F600}", "\u{20AC}\u{2260}\u{2160}", "\u{FF21}", "\u{915}\u{94D}\u{200D}\u{937}",
            "\u{6CC}\u{200C}\u{6A9}", "\u{1C5}",
        ] {
            #expect(same(opaque(kept), kept), "\(kept)")
        }
        for misplaced in ["a\u{200D}b", "\u{200C}a", "\u{1F469}\u{200D}\u{1F467}"] {
            #expect(opaque(misplaced) == nil, "\(misplaced)")
        }
        #expect(throws: NotText.self) { try normalizer.opaqueString(Secret([0x61, 0xFF])) }
        #expect(throws: NotText.self) { try normalizer.opaqueString(Secret([0xED, 0xA0, 0x80])) }
    }

    @Test("Answers are told alike however they are typed")
    func answers() {
        #expect(answer("  Rex   the  DOG ") == "rex the dog")
        for typed in ["Stra\u{DF}e", "STRASSE", "stra\u{1E9E}e", "\u{3000}strasse\u{A0}", "\u{FF33}trasse"] {
            #expect(same(answer(typed), "strasse"), "\(typed)")
        }
        for typed in [
            "\u{3A3}\u{3AF}\u{3C3}\u{3C5}\u{3C6}\u{3BF}\u{3C2}",
            "\u{3C3}\u{3B9}\u{301}\u{3C3}\u{3C5}\u{3C6}\u{3BF}\u{3C3}",
        ] {
            #expect(same(answer(typed), "\u{3C3}\u{3AF}\u{3C3}\u{3C5}\u{3C6}\u{3BF}\u{3C3}"), "\(typed)")
        }
        #expect(same(answer("Zoe\u{308}"), "zo\u{EB}"))
        for refused in ["", "   ", "\u{A0}\u{3000}", "a\tb", "\u{E9}\t"] { #expect(answer(refused) == nil) }
    }

    @Test("Normalising twice changes nothing, for every code point that can be typed")
    func idempotence() {
        var wrong: [UInt32] = []
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            // Refused or never changed, and most of all there are.
            if [.unassigned, .privateUse].contains(scalar.properties.generalCategory) { continue }
            let text = "x\(Character(scalar)) y"
            if let once = opaque(text), !same(opaque(once), once) { wrong.append(value) }
            if let once = answer(text), !same(answer(once), once) { wrong.append(value) }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20).map { String($0, radix: 16) })")
    }

    @Test func codePoints() {
        for (text, count) in [("", 0), ("abc", 3), ("\u{E9}\u{3C0}", 2), ("\u{1F600}e\u{301}", 3)] {
            #expect(normalizer.codePoints(in: Secret(text: text)) == count)
        }
    }
}
