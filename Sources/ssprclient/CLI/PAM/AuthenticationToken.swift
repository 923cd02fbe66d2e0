import Glibc
import SSPRClient
import SSPRTerminal
import SSPRVocabulary
import StrictCBOR

/// The password that pam_exec (`expose_authtok`) writes to the standard input: ended by a zero byte, or by the end of the input.
enum AuthenticationToken {
    /// Linux-PAM's `PAM_MAX_RESP_SIZE`.
    ///
    /// pam_exec cuts there, and what is that long may have been cut.
    static let cutLength = 512

    /// Reads it; an empty or possibly cut one is refused, never passed on.
    static func read(within limit: Duration) throws(ClientError) -> Secret {
        let started = Stopwatch()
        // One byte for the end, and one that shows that there is too much. Never grown, so wiping it wipes all.
        var buffer = [UInt8](repeating: 0, count: cutLength + 2)
        defer { wipe(&buffer) }
        var count = 0
        while count < buffer.count, !buffer[..<count].contains(0) {
            guard isReadable(within: limit - started.elapsed) else { throw .timedOut }
            // `count` stays below the buffer's size.
            let got = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(STDIN_FILENO, bytes.baseAddress?.advanced(by: count), bytes.count - count)
            }
            if got < 0, errno == EINTR || errno == EAGAIN { continue }
            guard got >= 0 else { throw .invalidRequest("the password cannot be read") }
            if got == 0 { break }
            count += got
        }
        let length = buffer[..<count].firstIndex(of: 0) ?? count
        guard length > 0 else { throw .invalidRequest("an empty password") }
        guard length < cutLength else {
            throw .invalidRequest("a password of \(cutLength) bytes or more, which pam_exec cuts")
        }
        guard count <= length + 1 else { throw .invalidRequest("something follows the password") }
        var token = Array(buffer[..<length])
        defer { wipe(&token) }
        // Not the initializer for any collection: finding its conformances makes the runtime read all there are (decision 0007).
        do {
            return try Secret(cborBytes: token)
        } catch {
            throw .invalidRequest("\(error)")
        }
    }

    /// Waits until there is a byte or the end; false when neither came in time.
    private static func isReadable(within limit: Duration) -> Bool {
        let started = Stopwatch()
        while true {
            var poll = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let left = (limit - started.elapsed).components
            let milliseconds = max(left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000, 0)
            // The pointer is used within the call only.
            let ready = unsafe Glibc.poll(&poll, 1, Int32(clamping: milliseconds))
            // An interrupted wait goes on: to read now could block beyond the limit.
            if ready >= 0 || errno != EINTR { return ready > 0 }
        }
    }
}
