import Glibc

/// One line on a terminal that says how far it is; nothing where there is none.
enum FilterProgress {
    private static let isShown = isatty(STDERR_FILENO) == 1

    /// Says it each time that so many more are done.
    static func note(_ count: Int, _ what: @autoclosure () -> String, every pace: Int = 1) {
        guard isShown, count > 0, count % pace == 0 else { return }
        show("\r\(count) \(what())\u{1B}[K")
    }

    /// Takes the line away.
    static func clear() {
        if isShown { show("\r\u{1B}[K") }
    }

    /// Writes to the standard error, as it is; a line that gets lost there is no harm.
    static func show(_ text: String) {
        let bytes = Array(text.utf8)
        // The array is lent to the call only.
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }
}
