import Glibc

/// Turns signals that would end the process into bytes of a pipe, for as long as the terminal is changed or a line is half drawn.
///
/// A handler may do next to nothing; writing a byte is allowed. The wait for input watches the pipe too.
public final class Interruption {
    // Written only while no handler is set; the handler reads it.
    private static nonisolated(unsafe) var writeEnd: Int32 = -1

    /// What ends a process at a terminal.
    public static let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    /// Readable when a signal has come.
    let readEnd: Int32
    private var earlier: [(number: Int32, handler: sighandler_t?)] = []

    /// Begins to watch; nil when there is no pipe to be had.
    public init?(by signals: [Int32] = endings) {
        var ends: [Int32] = [-1, -1]
        // The array has room for both ends.
        guard unsafe pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        readEnd = ends[0]
        let ignored = unsafe unsafeBitCast(SIG_IGN, to: Int.self)
        unsafe Self.writeEnd = ends[1]
        for number in signals {
            let handler = signal(number) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                let code = errno
                // A full pipe already has a byte to be seen. The pointer is used within the call only.
                _ = unsafe write(Interruption.writeEnd, &byte, 1)
                errno = code
            }
            // What was ignored before stays ignored (nohup). Functions compare as the addresses that they are in C.
            let isIgnored = unsafe unsafeBitCast(handler, to: Int.self) == ignored
            if isIgnored { signal(number, handler) }
            earlier.append((number, handler))
        }
    }

    deinit {
        for (number, handler) in earlier { signal(number, handler) }
        close(readEnd)
        close(unsafe Self.writeEnd)
        unsafe Self.writeEnd = -1
    }

    /// The signal that has come, if one has.
    public func received() -> Int32? {
        var byte: UInt8 = 0
        // The pointer is used within the call only.
        return unsafe read(readEnd, &byte, 1) == 1 ? Int32(byte) : nil
    }

    /// Lets a signal do what it does to a program that does not watch: the process ends, or stops and goes on later.
    ///
    /// By the default action, because the runtime's own handler for SIGQUIT would print a crash report.
    public static func passOn(_ number: Int32) {
        let handler = signal(number, SIG_DFL)
        raise(number)
        signal(number, handler)
    }
}
