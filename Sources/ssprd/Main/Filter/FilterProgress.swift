import Glibc

/// One line on a terminal that says how far it is; nothing where there is none.
enum FilterProgress {
    private static let isShown = isatty(STDERR_FILENO) == 1

    /// Says it each time that so many more are done.
    static func note(_ count: Int, _ what: @autoclosure () -> String, every pace: Int = 1) {
        guard isShown, count > 0, count % pace == 0 else { return }
        StandardError.show("\r\(count) \(what())\u{1B}[K")
    }

    /// Takes the line away.
    static func clear() {
        if isShown { StandardError.show("\r\u{1B}[K") }
    }
}
