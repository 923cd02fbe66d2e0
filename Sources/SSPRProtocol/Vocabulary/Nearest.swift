/// The nearest of some words to one that is none of them.
public enum Nearest {
    /// The nearest word; nil where none is near.
    public static func of(_ word: String, in words: [String]) -> String? {
        guard word.utf8.count <= 48 else { return nil }
        let near = Set(words).map { (distance: EditDistance.between(Array(word.utf8), Array($0.utf8)), word: $0) }
            .min { ($0.distance, $0.word) < ($1.distance, $1.word) }
        return near.flatMap { $0.distance <= max(2, word.utf8.count / 3) ? $0.word : nil }
    }
}
