import Glibc
import SSPRProtocol

/// Shows an app's key: as data for programs, and as a QR code for people where one can be drawn.
struct AppKeyDisplay {
    let console: Console
    /// True when the QR code was asked for.
    let isForced: Bool

    func show(_ key: AppKey) throws {
        if console.options.isJSON {
            return try console.print(.object([("uri", .text(key.uri)), ("key", .text(key.base32))]))
        }
        if mayDraw, let lines = QRCode.lines(key.uri), isForced || fits(lines) {
            console.insist("Scan this with your authenticator app, or type the key below.")
            for line in lines { console.insist(line) }
        } else {
            console.insist("Type this key into your authenticator app.")
        }
        try console.print("URI: \(key.uri)")
        try console.print("Key: \(Base32.grouped(key.base32))")
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
