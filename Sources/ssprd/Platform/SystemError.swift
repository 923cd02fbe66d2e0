import Glibc

/// A refusal of the operating system: what was tried and the error number.
public struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried, in words.
    public let action: String
    /// The value of `errno`.
    public let number: Int32

    /// Takes the error number of the call that has just failed.
    init(_ action: String) { self.init(action, number: errno) }

    /// Names an error.
    public init(_ action: String, number: Int32) {
        self.action = action
        self.number = number
    }

    /// "bind: Address already in use".
    public var description: String {
        // strerror's text is copied at once; the C library may reuse its buffer for another thread's unknown numbers only.
        "\(action): \(unsafe String(cString: strerror(number)))"
    }
}
