import Glibc

/// Writes whole lines at once, so that a reader at the other end of a pipe has them as soon as they are known.
struct StandardStream {
    let descriptor: Int32

    /// What comes in.
    static let input = StandardStream(descriptor: STDIN_FILENO)
    /// Data.
    static let output = StandardStream(descriptor: STDOUT_FILENO)
    /// All talk.
    static let error = StandardStream(descriptor: STDERR_FILENO)

    /// True when a person sits at it.
    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// How many characters the terminal shows; nil when there is none, or when it does not say.
    var size: (columns: Int, rows: Int)? {
        var size = winsize()
        // The pointer is used within the call only, and the request writes exactly this type.
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Writes `text` and a line feed; false when that is not possible.
    func write(line text: String) -> Bool { write(text + "\n") }

    /// Writes `text`; false when that is not possible.
    func write(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            // The bytes are lent for the call, and `done` stays below their count.
            let written = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
            }
            if written < 0 {
                if errno == EINTR { continue }
                return false
            }
            done += written
        }
        return true
    }
}
