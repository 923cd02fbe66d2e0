import Glibc
import SSPRVocabulary
import StrictCBOR

/// Lines from a descriptor, read no further than needed; every byte that was held is wiped.
final class InputLines {
    /// Longer than every answer that ssprd takes.
    static let longestLine = 4096

    private let descriptor: Int32
    private let isOwned: Bool
    private var buffer: [UInt8]
    private var filled = 0
    private var hasEnded = false

    /// Opens "-" (the standard input), "fd:N" or a file's path.
    init(source: String, capacity: Int = longestLine) throws(CommandFailure) {
        buffer = [UInt8](repeating: 0, count: capacity + 1)
        if source == "-" {
            descriptor = STDIN_FILENO
            isOwned = false
        } else if source.hasPrefix("fd:"), let number = Int32(source.dropFirst(3)), number >= 0 {
            descriptor = number
            isOwned = false
        } else {
            // The path is lent for the call only.
            descriptor = unsafe open(source, O_RDONLY | O_CLOEXEC | O_NOCTTY)
            isOwned = true
        }
        guard descriptor >= 0 else {
            throw CommandFailure(
                .noInput, "cannot read \(source)", why: Self.reason(errno), next: "check the path and its permissions")
        }
    }

    deinit {
        wipe(&buffer)
        if isOwned { close(descriptor) }
    }

    /// The next line without its line feed; nil at the end.
    ///
    /// The last line needs none.
    func next() throws(CommandFailure) -> Secret? {
        while true {
            if let end = buffer[..<filled].firstIndex(of: UInt8(ascii: "\n")) { return take(end, andSkip: 1) }
            if hasEnded { return filled == 0 ? nil : take(filled, andSkip: 0) }
            guard filled < buffer.count else {
                throw CommandFailure(
                    .badData, "a line is longer than \(buffer.count - 1) bytes", why: "No answer is that long.",
                    next: nil)
            }
            try fill()
        }
    }

    /// All that is left, for a file that holds one secret; without the line feed at its end.
    func rest() throws(CommandFailure) -> Secret {
        while !hasEnded, filled < buffer.count { try fill() }
        guard hasEnded else {
            throw CommandFailure(
                .badData, "more than \(buffer.count - 1) bytes", why: "Nothing that is asked for is that long.",
                next: nil)
        }
        let hasLineFeed = filled > 0 && buffer[filled - 1] == UInt8(ascii: "\n")
        return take(filled - (hasLineFeed ? 1 : 0), andSkip: hasLineFeed ? 1 : 0)
    }

    private func fill() throws(CommandFailure) {
        // `filled` is at most the buffer's size.
        let got = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe read(descriptor, bytes.baseAddress?.advanced(by: filled), bytes.count - filled)
        }
        if got > 0 {
            filled += got
        } else if got == 0 {
            hasEnded = true
        } else if errno != EINTR {
            throw CommandFailure(.noInput, "cannot read the answers", why: Self.reason(errno), next: nil)
        }
    }

    private func take(_ count: Int, andSkip skipped: Int) -> Secret {
        let line = Secret(buffer[..<count])
        let left = filled - count - skipped
        for index in 0..<left { buffer[index] = buffer[count + skipped + index] }
        for index in left..<filled { buffer[index] = 0 }
        filled = left
        return line
    }

    private static func reason(_ code: Int32) -> String {
        // The text is copied at once.
        unsafe String(cString: strerror(code))
    }
}
