import Glibc

/// One line on standard error for each thing that an operator should know.
///
/// Never a code, a password or a full address.
public struct AgentLog: Sendable {
    private let name: String

    /// Lines begin with `name`.
    public init(name: String) { self.name = name }

    /// Writes one line.
    public func note(_ text: String) {
        let line = "\(name): " + PrintableText.clean(text.utf8, limit: 1024) + "\n"
        // One write, so that lines of several threads stay whole. A log that cannot be written must not stop a delivery.
        _ = unsafe line.utf8.withContiguousStorageIfAvailable { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
