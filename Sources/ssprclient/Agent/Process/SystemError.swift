import Glibc

/// A system call that failed.
public struct SystemError: Error, CustomStringConvertible, Equatable {
    /// What was tried.
    public let attempt: String
    /// `errno`.
    public let code: Int32

    /// Keeps what was tried and the newest `errno`.
    public init(_ attempt: String) { self.init(attempt, code: errno) }

    /// Keeps what was tried and `code`.
    public init(_ attempt: String, code: Int32) {
        self.attempt = attempt
        self.code = code
    }

    /// "attempt: No such file or directory".
    public var description: String {
        // strerror's buffer is copied at once; the text is one of the C library's constants.
        unsafe "\(attempt): \(String(cString: strerror(code)))"
    }
}
