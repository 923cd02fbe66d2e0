import Glibc
import SSPRVocabulary
import StrictCBOR

/// Asks a person at the controlling terminal.
///
/// Whatever ends a question (an answer, the time limit, a signal), the terminal is restored and input that nobody has read is thrown
/// away, so that half a password never appears in the shell (attack E11).
final class TerminalAnswers: AnswerSource {
    let isPerson = true

    /// How long a question waits: no longer than a recovery lives.
    private static let limitSeconds: Int32 = 15 * 60
    /// The kernel's line discipline cuts lines at 4095 bytes; what is that long is refused as too long by its receiver.
    private static let lineBytes = 4096

    private let terminal: Int32

    init() throws(CommandFailure) {
        // /dev/tty and not the standard streams: it is the person's terminal even when those are redirected later.
        terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else {
            throw CommandFailure(
                .usage, "a question cannot be asked", why: "The process has no terminal of its own.",
                next: "run it in a terminal, or let a program answer (--answers-from, for accounts add --password-file)"
            )
        }
    }

    deinit { close(terminal) }

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

    private enum End {
        case answered(Secret)
        case endOfInput
        case timeOut
        case signal(Int32)
    }

    private func ask(_ question: String, isHidden: Bool) throws(CommandFailure) -> Secret {
        while true {
            switch try askOnce(question, isHidden: isHidden) {
            case .answered(let secret): return secret
            case .endOfInput, .signal(SIGINT): throw .cancelled
            case .timeOut:
                throw CommandFailure(
                    .tryLater, "no answer within \(Self.limitSeconds / 60) minutes", why: "Nothing more was done.",
                    next: "begin again")
            // The terminal is as it was: the process ends, or stops and later asks again. The default action, because the runtime's
            // own handler for SIGQUIT would print a crash report.
            case .signal(let number):
                let handler = signal(number, SIG_DFL)
                raise(number)
                signal(number, handler)
            }
        }
    }

    private func askOnce(_ question: String, isHidden: Bool) throws(CommandFailure) -> End {
        guard let interruption = Interruption() else {
            throw CommandFailure(.software, "a question cannot be asked", why: "No pipe is to be had.", next: nil)
        }
        var before = termios()
        // The pointers are used within the calls only.
        guard unsafe tcgetattr(terminal, &before) == 0 else {
            throw CommandFailure(
                .software, "a question cannot be asked", why: "The terminal does not answer.", next: nil)
        }
        var during = before
        during.c_lflag |= tcflag_t(ICANON | ISIG)
        if isHidden { during.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK | ECHONL) }
        // TCSAFLUSH, both times: what was typed before the question is no answer to it, what was typed after it belongs to nobody.
        guard unsafe tcsetattr(terminal, TCSAFLUSH, &during) == 0 else {
            throw CommandFailure(.software, "a question cannot be asked", why: "The terminal does not obey.", next: nil)
        }
        write(Printable.escaped(question) + " ")
        let end = read(interruption)
        // The line feed that the person typed was not shown, or there was none.
        var needsLineFeed = isHidden
        if case .answered = end {} else { needsLineFeed = true }
        if needsLineFeed { write("\n") }
        unsafe tcsetattr(terminal, TCSAFLUSH, &before)
        return end
    }

    private func read(_ interruption: borrowing Interruption) -> End {
        let started = Stopwatch()
        while true {
            let elapsed = Int32(clamping: started.elapsed.components.seconds)
            guard elapsed < Self.limitSeconds else { return .timeOut }
            var polls = [
                pollfd(fd: terminal, events: Int16(POLLIN), revents: 0),
                pollfd(fd: interruption.readEnd, events: Int16(POLLIN), revents: 0),
            ]
            // The array has the two entries that are announced. A signal ends the wait, and the pipe tells of it.
            _ = unsafe poll(&polls, 2, (Self.limitSeconds - elapsed) * 1000)
            if let number = interruption.received() { return .signal(number) }
            if polls[0].revents != 0, let end = readLine() { return end }
        }
    }

    /// The line that is ready; nil when there is none after all.
    private func readLine() -> End? {
        var buffer = [UInt8](repeating: 0, count: Self.lineBytes)
        defer { wipe(&buffer) }
        // The kernel writes at most the buffer's size.
        let got = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(terminal, $0.baseAddress, $0.count) }
        if got < 0 { return errno == EINTR || errno == EAGAIN ? nil : .endOfInput }
        let line = buffer[..<got]
        guard !line.isEmpty else { return .endOfInput }
        return .answered(Secret(line.last == UInt8(ascii: "\n") ? line.dropLast() : line))
    }

    private func write(_ text: String) {
        // A terminal that takes no more text will not give an answer either, which is told there.
        _ = StandardStream(descriptor: terminal).write(text)
    }
}
