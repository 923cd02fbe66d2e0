import SSPRVocabulary

/// What was typed where a code was asked for.
enum CodeLine {
    case code(OneTimeCode)
    /// An empty line; only a person may give one.
    case nothing
    /// One of the words that go there as well.
    case word(String)
}

extension AnswerSource {
    /// Asks for a code until it looks like one; blanks and dashes are dropped, and written letters may be small.
    ///
    /// Nil for an empty line, which only a person may give, and only when `mayBeEmpty`.
    func code(
        _ question: String, on console: Console, mayBeEmpty: Bool = false
    ) throws(CommandFailure) -> OneTimeCode? {
        if case .code(let code) = try codeLine(question, on: console, mayBeEmpty: mayBeEmpty) { code } else { nil }
    }

    /// The same; a person may also type one of the words.
    func codeLine(
        _ question: String, on console: Console, mayBeEmpty: Bool = false, or words: [String] = []
    ) throws(CommandFailure) -> CodeLine {
        while true {
            let text = OneTimeCode.joined(try line(question))
            if text.isEmpty, mayBeEmpty, isPerson { return .nothing }
            if isPerson, words.contains(text) { return .word(text) }
            if let code = try? OneTimeCode(asTyped: text) { return .code(code) }
            guard isPerson else {
                throw CommandFailure(.badData, "that is no code", why: Self.form, next: "begin again")
            }
            console.insist(Self.form, .warning)
        }
    }

    private static var form: String { "A code has 6 to 8 digits, or the 12 or 28 characters of a written one." }
}

extension OneTimeCode {
    /// What people type: Crockford's base 32 means with small letters what it means with large ones, with O zero, with I and L one.
    init(asTyped text: String) throws {
        let digits: [Character: Character] = ["O": "0", "I": "1", "L": "1"]
        try self.init(String(Self.joined(text).uppercased().map { digits[$0] ?? $0 }))
    }

    /// Without the blanks and dashes that set groups apart.
    static func joined(_ text: String) -> String { text.filter { !$0.isWhitespace && $0 != "-" } }
}
