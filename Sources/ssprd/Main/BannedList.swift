import SSPRDocuments
import SSPRDomain
import SSPRVocabulary

/// The site's own banned words: `passwords.banned`, a list or the path of a file with one word a line.
enum BannedList {
    /// The most words of a site (feature F7).
    static let limit = 1000

    static func read(_ passwords: DocumentNode) throws -> [BannedTerm] {
        switch try passwords.textsOrPath("banned") {
        case nil: return []
        case .texts(let texts): return try terms(texts)
        case .path(let path): return try terms(lines(of: path))
        }
    }

    /// The words of a file; empty lines and those that begin with # are none.
    private static func lines(of path: String) throws -> [(place: String, text: String)] {
        let lines = try TextFile.read(path).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return lines.enumerated().compactMap { number, line in
            line.isEmpty || line.first == "#" ? nil : ("\(path):\(number + 1)", String(line))
        }
    }

    private static func terms(_ texts: [(place: String, text: String)]) throws -> [BannedTerm] {
        if texts.count > limit {
            throw DocumentError(
                place: texts[limit].place, problem: "passwords.banned has \(texts.count) words",
                allowed: "at most \(limit)")
        }
        return try texts.map { place, text in
            do {
                return try BannedTerm(text)
            } catch {
                throw DocumentError(
                    place: place, problem: "passwords.banned cannot have \"\(text)\"",
                    allowed: "words of 4 to 16 visible characters without blanks")
            }
        }
    }
}
