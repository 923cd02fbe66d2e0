import SSPRVocabulary
import Testing

/// Tags of RFC 5646 as far as they choose words, in one form only.
@Suite struct LanguageTagTests {
    @Test(arguments: [
        "de", "de-AT", "pt-BR", "gsw", "gsw-CH", "es-419", "zh-Hant", "zh-Hant-TW", "sr-Latn-RS", "yue-Hant-419",
    ])
    func accepted(text: String) throws {
        #expect(try LanguageTag(text).text == text)
        #expect(text.utf8.count <= LanguageTag.maximumLength)
    }

    @Test(arguments: [
        "", "d", "DE", "De", "deut", "de-", "-de", "de--AT", "de-at", "de-At", "de_AT", "de-A", "de-AUT", "de-41",
        "de-4199",
        "zh-hant", "zh-HANT", "zh-Hant-Hans", "zh-TW-Hant", "de-AT-1996", "de-AT-x-y", "x-klingon", "i-default", "dé",
        "de ",
        "de\n", "de\0", "d\u{435}",
    ])
    func refused(text: String) {
        #expect(throws: WordError.self) { try LanguageTag(text) }
    }

    @Test func broaderFormsEnd() throws {
        var tag: LanguageTag? = try LanguageTag("zh-Hant-TW")
        var seen: [String] = []
        while let one = tag {
            seen.append(one.text)
            tag = one.broader
        }
        #expect(seen == ["zh-Hant-TW", "zh-Hant", "zh"])
    }

    @Test(
        arguments: [
            (["de-AT"], "de"), (["de"], "de"), (["fr", "de-CH"], "de"), (["fr-CA"], "fr-CA"), (["fr-CH"], nil),
            ([nil, "de"], "de"),
            (["zh-Hant-TW", "de"], "de"), ([nil], nil), ([], nil),
        ] as [([String?], String?)])
    func theNearestIsFound(wanted: [String?], found: String?) throws {
        let tags = try wanted.map { try $0.map { try LanguageTag($0) } }
        #expect(LanguageTag.firstSpoken(tags) { ["de", "fr-CA"].contains($0.text) ? $0.text : nil } == found)
    }
}
