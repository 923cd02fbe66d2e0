import Glibc
import SSPRTerminal
import SSPRVocabulary

/// Asks a person at the controlling terminal.
struct TerminalAnswers: AnswerSource {
    let isPerson = true
    let console: Console
    private let terminal: PersonTerminal

    init(_ console: Console) throws(CommandFailure) {
        guard let terminal = PersonTerminal() else {
            throw CommandFailure(
                .usage, "a question cannot be asked", why: "The process has no terminal of its own.",
                next: "run it in a terminal, or let a program answer (--answers-from, for accounts add --password-file)"
            )
        }
        self.console = console
        self.terminal = terminal
    }

    func line(_ question: String) throws(CommandFailure) -> String {
        guard let text = try ask(question, isHidden: false).revealText() else {
            throw CommandFailure(
                .badData, "the answer is not UTF-8", why: "The terminal sends another encoding.", next: nil)
        }
        return text
    }

    func secret(_ question: String) throws(CommandFailure) -> Secret {
        try ask(question, isHidden: true)
    }

    private func ask(_ question: String, isHidden: Bool) throws(CommandFailure) -> Secret {
        // With room for a code in the last line.
        let room = isHidden ? "" : "________"
        let folded = console.folded(Printable.escaped(question) + room).dropLast(room.count)
        switch terminal.ask(String(folded), isHidden: isHidden) {
        case .answered(let secret): return secret
        case .endOfInput: throw .interrupted(by: SIGINT, "Nothing more was done.")
        case .signal(let number): throw .interrupted(by: number, "Nothing more was done.")
        case .timeOut:
            throw CommandFailure(
                .tryLater, "no answer within \(PersonTerminal.limitSeconds / 60) minutes",
                why: "Nothing more was done.", next: "begin again")
        case .failed(let reason):
            throw CommandFailure(.software, "a question cannot be asked", why: reason, next: nil)
        }
    }
}
