import Glibc
public import SSPRVocabulary
import StrictCBOR

/// The terminal at which a person sits, and is asked.
///
/// Whatever ends a question (an answer, the time limit, a signal), the terminal is restored and input that nobody has read is thrown
/// away, so that half a password never appears in the shell (attack E11).
public final class PersonTerminal {
    /// How a question ended.
    public enum End {
        /// With a line.
        case answered(Secret)
        /// With Ctrl-D.
        case endOfInput
        /// After `limitSeconds`.
        case timeOut
        /// With a signal that ends the process; the terminal is as it was, and the signal is the asker's to pass on.
        case signal(Int32)
        /// It could not be asked.
        case failed(String)
    }

    /// How long a question waits: no longer than a recovery lives.
    public static let limitSeconds: Int32 = 15 * 60
    /// The kernel's line discipline cuts lines at 4095 bytes; what is that long is refused as too long by its receiver.
    private static let lineBytes = 4096

    private let descriptor: Int32

    /// Opens the terminal of this process; nil when it has none.
    ///
    /// /dev/tty and not the standard streams: it is the person's terminal even when those are redirected later.
    public init?() {
        // The path is a constant.
        descriptor = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Shows a question and waits for a line; what is typed is shown unless it `isHidden`.
    public func ask(_ question: String, isHidden: Bool) -> End {
        while true {
            let end = askOnce(question, isHidden: isHidden)
            // Ctrl-Z: the terminal is the shell's meanwhile, and afterwards the question is asked again.
            guard case .signal(SIGTSTP) = end else { return end }
            Interruption.passOn(SIGTSTP)
        }
    }

    private func askOnce(_ question: String, isHidden: Bool) -> End {
        guard let interruption = Interruption(by: Interruption.endings + [SIGTSTP]) else {
            return .failed("No pipe is to be had.")
        }
        var before = termios()
        // The pointers are used within the calls only.
        guard unsafe tcgetattr(descriptor, &before) == 0 else { return .failed("The terminal does not answer.") }
        var during = before
        during.c_lflag |= tcflag_t(ICANON | ISIG)
        if isHidden { during.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK | ECHONL) }
        // TCSAFLUSH, both times: what was typed before the question is no answer to it, what was typed after it belongs to nobody.
        guard unsafe tcsetattr(descriptor, TCSAFLUSH, &during) == 0 else {
            return .failed("The terminal does not obey.")
        }
        show(question + " ")
        let end = read(interruption)
        // The line feed that the person typed was not shown, or there was none.
        var needsLineFeed = isHidden
        if case .answered = end {} else { needsLineFeed = true }
        if needsLineFeed { show("\n") }
        unsafe tcsetattr(descriptor, TCSAFLUSH, &before)
        return end
    }

    private func read(_ interruption: Interruption) -> End {
        let started = Stopwatch()
        while true {
            let elapsed = Int32(clamping: started.elapsed.components.seconds)
            guard elapsed < Self.limitSeconds else { return .timeOut }
            var polls = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: interruption.readEnd, events: Int16(POLLIN), revents: 0),
            ]
            // The array has the two entries that are announced. A signal ends the wait, and the pipe tells of it.
            _ = unsafe poll(&polls, 2, (Self.limitSeconds - elapsed) * 1000)
            if let number = interruption.received() { return .signal(number) }
            // A closed terminal may be seen before its signal comes: it ends the process all the same.
            if Int32(polls[0].revents) & POLLHUP != 0 { return .signal(SIGHUP) }
            if polls[0].revents != 0, let end = readLine() { return end }
        }
    }

    /// The line that is ready; nil when there is none after all.
    private func readLine() -> End? {
        var buffer = [UInt8](repeating: 0, count: Self.lineBytes)
        defer { wipe(&buffer) }
        // The kernel writes at most the buffer's size.
        let got = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        if got < 0 { return errno == EINTR || errno == EAGAIN ? nil : .endOfInput }
        let line = buffer[..<got]
        guard !line.isEmpty else { return .endOfInput }
        return .answered(Secret(line.last == UInt8(ascii: "\n") ? line.dropLast() : line))
    }

    private func show(_ text: String) {
        let bytes = Array(text.utf8)
        // The bytes are lent for the call. A terminal that takes no more text will not give an answer either, which is told there.
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
