import SSPRVocabulary

/// What is wrong with a document: where, what, and what is allowed.
public struct DocumentError: Error, CustomStringConvertible {
    /// The file with its line, or the line alone.
    public let place: String
    /// What stands there, and why that cannot be.
    public let problem: String
    /// What may stand there.
    public let allowed: String

    /// Describes what is wrong.
    public init(place: String, problem: String, allowed: String) {
        self.place = place
        self.problem = problem
        self.allowed = allowed
    }

    /// One line for people.
    public var description: String { "\(place): \(problem). Allowed: \(allowed)." }
}

extension String {
    /// The beginning of a text that somebody else wrote, fit for one line of a message.
    var quotable: String {
        var visible = ""
        for scalar in unicodeScalars.prefix(40) { visible.unicodeScalars.append(scalar.isHidden ? "?" : scalar) }
        return unicodeScalars.count > 40 ? visible + "..." : visible
    }
}
