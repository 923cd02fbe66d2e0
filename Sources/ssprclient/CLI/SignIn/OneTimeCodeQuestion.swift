import SSPRVocabulary

extension AnswerSource {
    /// Asks for a code until it looks like one; blanks that came along when it was pasted are dropped.
    ///
    /// Nil for an empty line, which only a person may give, and only when `mayBeEmpty`.
    func code(
        _ question: String, on console: Console, mayBeEmpty: Bool = false
    ) throws(CommandFailure) -> OneTimeCode? {
        while true {
            let text = try line(question).filter { !$0.isWhitespace }
            if text.isEmpty, mayBeEmpty, isPerson { return nil }
            if let code = try? OneTimeCode(text) { return code }
            guard isPerson else {
                throw CommandFailure(.badData, "that is no code", why: "A code has 6 to 8 digits.", next: "begin again")
            }
            console.insist("A code has 6 to 8 digits.", .warning)
        }
    }
}
