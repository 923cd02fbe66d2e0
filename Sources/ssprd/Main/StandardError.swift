import Glibc

/// What a command that does not serve says beside its output.
enum StandardError {
    /// Writes it as it is; a line that gets lost there is no harm.
    static func show(_ text: String) {
        let bytes = Array(text.utf8)
        // The array is lent to the call only.
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }
}
