import SSPRVocabulary
import Testing

@testable import SSPRDomain

/// Banned words: how they are found and counted (feature F7).
@Suite struct BannedTermTests {
    private static func terms(_ words: [String]) throws -> BannedTerms {
        BannedTerms(try words.map { try BannedTerm($0) })
    }

    private func score(_ terms: BannedTerms, _ text: String) -> (points: Int, found: [String]) {
        let (points, found) = terms.score(Folding.fold(text))
        return (points, found.map(\.text))
    }

    @Test("The examples of Entra's page, with its words alone and with ours as well", arguments: [false, true])
    func invariant_I40_examples(withOurs: Bool) throws {
        let site = try ["contoso", "blank"].map { try BannedTerm($0) }
        let terms = withOurs ? BannedTerms.common.adding(site) : BannedTerms(site)
        let refused = score(terms, "C0ntos0Blank12")
        #expect(refused.points == 4 && refused.found == ["contoso", "blank"])
        let accepted = score(terms, "ContoS0Bl@nkf9!")
        #expect(accepted.points == 5 && accepted.found == ["contoso", "blank"])
    }

    @Test(arguments: [
        ("abcdef", 1, ["abcdef"]), ("abcdeg", 1, ["abcdef"]), ("abcde", 1, ["abcdef"]), ("bcdef", 1, ["abcdef"]),
        ("abc-def", 1, ["abcdef"]), ("ABCDEF", 1, ["abcdef"]), ("abcdefg", 2, ["abcdef"]), ("-abcdef", 2, ["abcdef"]),
        ("abcd", 4, []), ("a-b-cdef", 8, []), ("", 0, []), ("x", 1, []), ("abcdefabcdef", 2, ["abcdef", "abcdef"]),
        ("@bcd3f", 1, ["abcdef"]), ("abcdef 2", 3, ["abcdef"]),
    ])
    func invariant_I40_oneEdit(text: String, points: Int, found: [String]) throws {
        let result = score(try Self.terms(["abcdef"]), text)
        #expect(result.points == points && result.found == found)
    }

    @Test(arguments: [
        ("P@$$W0RD", "password"), ("pa55word", "password"), ("W3lc0m3", "welcome"), ("W1NTER", "winter"),
        ("wlnter", "winter"), ("$ummer", "summer"), ("le7mein", "letmein"), ("8aseball", "baseball"),
        ("KÖNIG", "könig"), ("b@n@n@", "banana"),
    ])
    func invariant_I40_lettersThatLookAlikeAreOne(text: String, term: String) throws {
        let result = score(try Self.terms([term]), text)
        #expect(result.points == 1 && result.found == [term])
    }

    @Test("Three letters are no word of four")
    func tooShortToBeFound() throws {
        #expect(score(try Self.terms(["love"]), "ove").points == 3)
        #expect(score(try Self.terms(["love"]), "live").points == 1)
    }

    @Test("Of two words the one that stands there letter by letter is named")
    func theNearestIsNamed() throws {
        for words in [["hammer", "summer", "hummer"], ["hummer", "summer", "hammer"]] {
            #expect(score(try Self.terms(words), "summer").found == ["summer"])
        }
    }

    @Test("The tree finds what comparing every piece with every word finds")
    func againstTheReference() throws {
        var random = Dice(seed: 0x5eed)
        for _ in 0..<400 {
            let words = (0..<random.number(1...6)).map { _ in random.text(4...6, "abc") }
            let terms = try Self.terms(words)
            let text = Folding.fold(random.text(0...12, "abc"))
            #expect(terms.score(text).points == Reference(words).points(text), "\(words) \(text)")
        }
    }

    @Test("More words never raise the points, a letter more raises them by one at most, pieces by their sum")
    func properties() throws {
        var random = Dice(seed: 0xfeed)
        for _ in 0..<300 {
            let words = (0..<random.number(1...8)).map { _ in random.text(4...7, "abcd") }
            let few = try Self.terms(Array(words.prefix(words.count / 2)))
            let many = try Self.terms(words)
            let left = random.text(0...14, "abcd1@")
            let right = random.text(0...14, "abcd1@")
            let all = score(many, left + right).points
            #expect(all <= score(few, left + right).points)
            #expect(all <= score(many, left).points + score(many, right).points)
            #expect(score(many, left + "x").points <= score(many, left).points + 1)
            #expect(all <= left.count + right.count && (all > 0) == !(left + right).isEmpty)
        }
    }

    @Test(
        "Whatever is typed is judged",
        arguments: ["\u{0}", "\u{10FFFF}", "e\u{301}", "🔑🔑🔑🔑", "İİİİ", "ẞ", "\u{200B}a"])
    func hostileText(text: String) {
        #expect((1...text.unicodeScalars.count).contains(score(.common, text).points))
    }

    @Test("A thousand words and the longest password")
    func theLongest() throws {
        var random = Dice(seed: 7)
        let words = try (0..<1000).map { _ in try BannedTerm(random.text(4...16, "abcdefgh")) }
        let terms = BannedTerms.common.adding(words)
        let text = Folding.fold(random.text(256...256, "abcdefgh"))
        #expect((16...256).contains(terms.score(text).points))
    }
}

/// Every piece of the text against every word, as the rule is told.
private struct Reference {
    let words: [[UInt32]]

    init(_ words: [String]) { self.words = words.map(Folding.fold) }

    func points(_ text: [UInt32]) -> Int {
        var points = [0]
        for end in 0..<text.count {
            var least = points[end] + 1
            for start in 0...end where words.contains(where: { isFound($0, in: Array(text[start...end])) }) {
                least = min(least, points[start] + 1)
            }
            points.append(least)
        }
        return points[text.count]
    }

    private func isFound(_ word: [UInt32], in piece: [UInt32]) -> Bool {
        guard piece.count >= 4 else { return false }
        if piece == word { return true }
        let isChanged = piece.count == word.count && zip(piece, word).filter { $0 != $1 }.count == 1
        let lacks = word.indices.contains { dropping($0, from: word) == piece }
        // A letter too many at an end is no part of the word.
        let hasMore = piece.indices.dropFirst().dropLast().contains { dropping($0, from: piece) == word }
        return isChanged || lacks || hasMore
    }

    private func dropping(_ index: Int, from letters: [UInt32]) -> [UInt32] {
        var rest = letters
        rest.remove(at: index)
        return rest
    }
}

/// Numbers that are the same at every run.
private struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return range.lowerBound + Int((state >> 33) % UInt64(range.count))
    }

    mutating func text(_ lengths: ClosedRange<Int>, _ letters: String) -> String {
        let letters = Array(letters)
        return String((0..<number(lengths)).map { _ in letters[number(0...(letters.count - 1))] })
    }
}
