import Glibc

/// The lines of a long list, read in large pieces and no more than one piece held.
final class ListLines {
    /// Longer than any row that can be taken.
    static let longestLine = 8192
    private static let piece = 65_536

    /// The list's size in bytes; nil where it is a stream.
    let size: Int?
    /// How many lines have been given out.
    private(set) var count = 0
    /// How many bytes have been given out.
    private(set) var consumed = 0

    private let descriptor: Int32
    private var held: [UInt8] = []
    private var start = 0
    private var hasEnded = false

    /// Opens a file, or "-" for the standard input.
    init(source: String) throws(CommandFailure) {
        // The path is lent for the call only.
        descriptor = source == "-" ? STDIN_FILENO : unsafe open(source, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw Self.unreadable(source) }
        var facts = stat()
        // The pointer is used within the call only.
        let isFile = unsafe fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
        size = isFile ? Int(facts.st_size) : nil
    }

    deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

    /// The next line without its end; nil at the end.
    ///
    /// A line that is too long is given out as nil in `bytes`.
    func next() throws(CommandFailure) -> (number: Int, bytes: [UInt8]?)? {
        var isTooLong = false
        while true {
            if let end = held[start...].firstIndex(of: UInt8(ascii: "\n")) {
                return take(to: end, next: end + 1, isTooLong: isTooLong)
            }
            if hasEnded {
                guard start < held.count || isTooLong else { return nil }
                return take(to: held.count, next: held.count, isTooLong: isTooLong)
            }
            if held.count - start > Self.longestLine {
                isTooLong = true
                consumed += held.count - start
                start = held.count
            }
            try fill()
        }
    }

    private func take(to end: Int, next: Int, isTooLong: Bool) -> (number: Int, bytes: [UInt8]?) {
        var line = held[start..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        // A mark of the byte order, as spreadsheets write it, is no text.
        if count == 0, line.starts(with: [0xef, 0xbb, 0xbf]) { line.removeFirst(3) }
        count += 1
        consumed += next - start
        start = next
        return (count, isTooLong || line.count > Self.longestLine ? nil : Array(line))
    }

    private func fill() throws(CommandFailure) {
        held.removeFirst(start)
        start = 0
        var part = [UInt8](repeating: 0, count: Self.piece)
        while true {
            // The kernel writes at most the piece's size.
            let got = unsafe part.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw Self.unreadable("the list") }
            hasEnded = got == 0
            held += part[..<got]
            return
        }
    }

    private static func unreadable(_ source: String) -> CommandFailure {
        // The text is copied at once.
        CommandFailure(
            .noInput, "cannot read \(source)", why: unsafe String(cString: strerror(errno)),
            next: "check the path and its permissions")
    }
}
