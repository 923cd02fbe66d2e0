/// The nearest of some words to one that is none of them.
enum Nearest {
    /// The nearest word; nil where none is near.
    static func of(_ word: String, in words: [String]) -> String? {
        guard word.utf8.count <= 48 else { return nil }
        let near = Set(words).map { (distance: distance(Array(word.utf8), Array($0.utf8)), word: $0) }
            .min { ($0.distance, $0.word) < ($1.distance, $1.word) }
        return near.flatMap { $0.distance <= max(2, word.utf8.count / 3) ? $0.word : nil }
    }

    /// How many letters must be added, removed or replaced to make one word of the other.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (place, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for (column, other) in right.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
