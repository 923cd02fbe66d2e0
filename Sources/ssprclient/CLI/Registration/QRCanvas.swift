import Glibc

/// Draws a QR code to a person where one can be drawn.
struct QRCanvas {
    let console: Console
    /// True when the QR code was asked for.
    let isForced: Bool

    /// Draws the text below `above`, or says `without` where nothing can be drawn.
    func draw(_ text: String, above: String, without: String) {
        guard mayDraw, let lines = QRCode.lines(text), isForced || fits(lines) else { return console.insist(without) }
        console.insist(above)
        for line in lines { console.insist(line) }
    }

    private var mayDraw: Bool {
        guard !isForced else { return true }
        let environment = console.environment
        let locale = environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? ""
        let isUnicode = ["utf-8", "utf8"].contains { locale.lowercased().contains($0) }
        return StandardStream.error.isTerminal && isUnicode && environment["TERM"] != "dumb" && !console.isAccessible
    }

    private func fits(_ lines: [String]) -> Bool {
        var size = winsize()
        // The pointer is used within the call only, and the request writes exactly this type.
        guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 else { return false }
        return (lines.map(\.count).max() ?? 0) <= size.ws_col && lines.count < size.ws_row
    }
}
