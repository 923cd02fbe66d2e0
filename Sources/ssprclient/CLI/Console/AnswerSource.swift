import SSPRVocabulary

/// Where answers come from: a person at a terminal, a program, or nobody.
protocol AnswerSource {
    /// True when a person answers, who may be asked again.
    var isPerson: Bool { get }
    /// Asks for a line that may be seen.
    func line(_ question: String) throws(CommandFailure) -> String
    /// Asks for a line that must not be seen; its bytes as they came.
    func secret(_ question: String) throws(CommandFailure) -> Secret
}

extension Console {
    /// Who answers this command's questions.
    func answers(from source: String?) throws(CommandFailure) -> any AnswerSource {
        if let source { return ScriptedAnswers(try InputLines(source: source)) }
        guard !options.noInput else { return NoAnswers(reason: "--no-input forbids to ask.") }
        // Both: a person whose answers come from a pipe, or who cannot see the questions, is none.
        guard StandardStream.input.isTerminal, StandardStream.error.isTerminal else {
            return NoAnswers(reason: "The standard input and the standard error are not both terminals.")
        }
        return try TerminalAnswers(self)
    }
}

/// Answers by a program, one a line in the order of the questions (`ssprclient help output`).
struct ScriptedAnswers: AnswerSource {
    let isPerson = false
    private let lines: InputLines

    init(_ lines: InputLines) { self.lines = lines }

    func line(_ question: String) throws(CommandFailure) -> String {
        guard let text = try secret(question).revealText() else {
            throw CommandFailure(
                .badData, "an answer is not UTF-8", why: "It was asked: \(question)", next: "ssprclient help output")
        }
        return text
    }

    func secret(_ question: String) throws(CommandFailure) -> Secret {
        guard let line = try lines.next() else {
            throw CommandFailure(
                .noInput, "the answers have ended", why: "It was asked: \(question)", next: "ssprclient help output")
        }
        return line
    }
}

/// Nobody to ask.
struct NoAnswers: AnswerSource {
    let isPerson = false
    let reason: String

    func line(_ question: String) throws(CommandFailure) -> String { throw refusal(question) }
    func secret(_ question: String) throws(CommandFailure) -> Secret { throw refusal(question) }

    private func refusal(_ question: String) -> CommandFailure {
        CommandFailure(
            .usage, "a question cannot be asked: \(question)", why: reason,
            next: "run it in a terminal, or let a program answer (--answers-from, for accounts add --password-file)")
    }
}
