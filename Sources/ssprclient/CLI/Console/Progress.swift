import SSPRTerminal

/// Shows a person that something is waited for: after a second, one line that is drawn anew and taken away before anything else is said.
///
/// Where nothing may be redrawn, a person gets one plain line; a program gets none.
final class Progress {
    private static let frames = Array("|/-\\")

    /// True when a person sits at the terminal.
    let isForPerson: Bool
    private let console: Console
    private let text: String
    private let time: () -> String?
    private let mayRedraw: Bool
    private var started = Stopwatch()
    private var isShown = false
    private var count = 0

    /// A wait for what `text` says; `time` has more words, such as the time that is left, and by default the time that has passed.
    init(on console: Console, _ text: String, time: (() -> String?)? = nil) {
        self.console = console
        self.text = text
        let started = started
        self.time = time ?? { "\(started.elapsed.components.seconds) s" }
        let options = console.options
        isForPerson = StandardStream.input.isTerminal && StandardStream.error.isTerminal && !options.isJSON
        mayRedraw = !console.isAccessible && ![nil, "dumb"].contains(console.environment["TERM"]) && !options.quiet
    }

    /// True when the line that is redrawn says how long it still takes.
    var isRedrawn: Bool { isForPerson && mayRedraw }

    /// Shows that it goes on.
    func show() {
        guard isForPerson, started.elapsed >= .seconds(1), mayRedraw || !isShown else { return }
        isShown = true
        guard mayRedraw else { return console.say("\(text) ...") }
        count += 1
        let line = "\(Self.frames[count % Self.frames.count]) \(text)\(time().map { " (\($0))" } ?? "")"
        // A line that the terminal broke could not be taken away.
        let columns = StandardStream.error.size?.columns ?? 80
        _ = StandardStream.error.write("\r\(Printable.escaped(line).prefix(columns - 1))\u{1b}[K")
    }

    /// Takes the line away.
    func clear() {
        guard isShown, mayRedraw else { return }
        isShown = false
        _ = StandardStream.error.write("\r\u{1b}[K")
    }
}
