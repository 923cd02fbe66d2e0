import Glibc
import SSPRVocabulary

/// Draws a QR code to a person where one can be drawn, and into a picture where one is asked for.
struct QRCanvas {
    let console: Console
    /// True when the QR code was asked for.
    private let isForced: Bool
    /// The file for the picture.
    private let path: String?

    /// Refuses a path that is taken, before anything is begun with the daemon.
    init(_ console: Console, _ options: RegistrationOptions) throws(CommandFailure) {
        self.console = console
        isForced = options.qr
        path = options.picture
        guard let path else { return }
        // The path is lent for the call only.
        if unsafe faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 {
            throw Self.refusal(path, "It is there already.")
        }
    }

    /// The drawing; nil where it cannot be shown whole, which is said where a larger terminal would do.
    func lines(of text: String) -> [String]? {
        guard mayDraw else { return nil }
        // The standard's margin, and half of it where there is no room: readers manage.
        for margin in [4, 2] {
            guard let lines = QRCode.lines(text, margin: margin) else { return nil }
            if isForced || fits(lines) { return lines }
        }
        console.say("The terminal is too small for a QR code; --qr-png FILE makes a picture of it.")
        return nil
    }

    /// Writes the picture, if one was asked for: to a new file that nobody else may read.
    func save(_ text: String) throws(CommandFailure) {
        guard let path else { return }
        guard let picture = QRCode.picture(text) else {
            throw Self.refusal(path, "The program qrencode is not there, or did not succeed.")
        }
        // The path is lent for the call only.
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.refusal(path, unsafe String(cString: strerror(errno))) }
        defer { close(file) }
        // The bytes are lent for the call.
        guard unsafe picture.withUnsafeBytes({ unsafe write(file, $0.baseAddress, $0.count) }) == picture.count else {
            unsafe unlink(path)
            throw Self.refusal(path, "It cannot be written whole.")
        }
        console.say("The QR code is in \(path). It holds the key: remove it once it has been scanned.", .warning)
    }

    private static func refusal(_ path: String, _ why: String) -> CommandFailure {
        CommandFailure(.output, "cannot write \(path)", why: why, next: "name a new file, or leave --qr-png away")
    }

    private var mayDraw: Bool {
        guard !isForced else { return true }
        let environment = console.environment
        let locale = environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? ""
        let isUnicode = ["utf-8", "utf8"].contains { locale.lowercased().contains($0) }
        return StandardStream.error.isTerminal && isUnicode && environment["TERM"] != "dumb" && !console.isAccessible
    }

    /// True when the drawing fits with the words above it and the question below it.
    private func fits(_ lines: [String]) -> Bool {
        guard let size = StandardStream.error.size else { return false }
        return (lines.map(\.count).max() ?? 0) <= size.columns && lines.count + 3 <= size.rows
    }
}
