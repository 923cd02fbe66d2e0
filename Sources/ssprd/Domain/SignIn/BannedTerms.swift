public import SSPRVocabulary

/// The words that make a password weak, and how they are found in one (feature F7).
///
/// A tree of the folded words, a node a letter. From each place of the password it is walked with at most one edit, so words with the same
/// beginning cost once, and a long list hardly more than a short one.
public struct BannedTerms: Sendable, Equatable {
    private struct Node: Sendable, Equatable {
        let letter: UInt32
        var child = -1
        var sibling = -1
        var term = -1
    }

    /// The words, in the order in which they were given.
    public private(set) var terms: [BannedTerm] = []
    private var nodes = [Node(letter: 0)]

    /// Takes words of one or several lists.
    public init(_ terms: [BannedTerm]) {
        for term in terms { insert(term) }
    }

    /// The same with more words.
    public func adding(_ more: [BannedTerm]) -> BannedTerms {
        var all = self
        for term in more { all.insert(term) }
        return all
    }

    /// A word found in a password.
    struct Occurrence: Equatable {
        let end: Int
        let term: Int
        let isExact: Bool
    }

    /// Points of folded text: one for each banned word, one for each other character, as few as possible; with the words that count.
    func score(_ text: [UInt32]) -> (points: Int, found: [BannedTerm]) {
        struct Best {
            var points: Int
            var start: Int
            var term: Int?
            var isExact = false
        }
        var best = (0...text.count).map { Best(points: $0, start: $0 - 1) }
        for start in text.indices {
            let before = best[start].points + 1
            if before < best[start + 1].points { best[start + 1] = Best(points: before, start: start) }
            for found in occurrences(in: text, from: start) {
                let known = best[found.end]
                // Of two words the one that stands there letter by letter is named.
                guard before < known.points || (before == known.points && found.isExact && !known.isExact) else {
                    continue
                }
                best[found.end] = Best(points: before, start: start, term: found.term, isExact: found.isExact)
            }
        }
        var found: [BannedTerm] = []
        var place = text.count
        while place > 0 {
            if let term = best[place].term { found.append(terms[term]) }
            place = best[place].start
        }
        return (best[text.count].points, found.reversed())
    }

    /// All banned words that begin at a place, with at most one letter changed, missing or too many inside.
    ///
    /// Never shorter than the shortest word, or three letters would count as one of four. A letter too many at either end is no part of
    /// the word: it counts by itself.
    func occurrences(in text: [UInt32], from start: Int) -> [Occurrence] {
        var found: [Occurrence] = []
        walk(0, text, start, start, isEdited: false, &found)
        return found
    }

    private func walk(
        _ node: Int, _ text: [UInt32], _ start: Int, _ place: Int, isEdited: Bool, _ found: inout [Occurrence]
    ) {
        if nodes[node].term >= 0, place - start >= BannedTerm.lengths.lowerBound {
            found.append(Occurrence(end: place, term: nodes[node].term, isExact: !isEdited))
        }
        let letter = place < text.count ? text[place] : nil
        let after = place + 1 < text.count && node != 0 ? text[place + 1] : nil
        var child = nodes[node].child
        while child >= 0 {
            if nodes[child].letter == letter {
                walk(child, text, start, place + 1, isEdited: isEdited, &found)
            } else if !isEdited, letter != nil {
                walk(child, text, start, place + 1, isEdited: true, &found)
            }
            if !isEdited {
                walk(child, text, start, place, isEdited: true, &found)
                if nodes[child].letter == after { walk(child, text, start, place + 2, isEdited: true, &found) }
            }
            child = nodes[child].sibling
        }
    }

    private mutating func insert(_ term: BannedTerm) {
        var node = 0
        for letter in Folding.fold(term.text) {
            var child = nodes[node].child
            while child >= 0, nodes[child].letter != letter { child = nodes[child].sibling }
            if child < 0 {
                child = nodes.count
                var added = Node(letter: letter)
                added.sibling = nodes[node].child
                nodes.append(added)
                nodes[node].child = child
            }
            node = child
        }
        guard nodes[node].term < 0 else { return }
        nodes[node].term = terms.count
        terms.append(term)
    }
}
