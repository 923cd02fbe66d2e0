import Glibc

/// Why a key ring could not be read or written; the text names the file and what to do next.
public enum KeyRingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no such file.
    case missing(path: String)
    /// A new key ring was to be made, but there is one.
    case alreadyThere(path: String)
    /// The path is a symbolic link.
    case symbolicLink(path: String)
    /// The path is no regular file.
    case notAFile(path: String)
    /// The file belongs to another user.
    case foreignOwner(path: String, owner: UInt32, expected: UInt32)
    /// Others may read or write the file.
    case openMode(path: String, mode: UInt32)
    /// The content is not what was written.
    case damaged(path: String, reason: String)
    /// The content was written by a later version.
    case unknownVersion(path: String, version: UInt8)
    /// The ring has room for no further key.
    case full
    /// Another rotation is under way.
    case busy(path: String)
    /// The system refused an operation.
    case system(path: String, operation: String, code: Int32)

    /// The text for the log and for standard error.
    public var description: String {
        switch self {
        case .missing(let path):
            "key ring \(path) is missing: restore it from the backup that belongs to the database;"
                + " without it no password, answer, address or seed in the database can be used"
        case .alreadyThere(let path):
            "key ring \(path) is there already and will not be replaced: if the database is lost, restore the database;"
                + " to begin anew, move the key ring away first"
        case .symbolicLink(let path):
            "key ring \(path) is a symbolic link: put the file itself there"
        case .notAFile(let path):
            "key ring \(path) is not a regular file: restore the file from backup"
        case .foreignOwner(let path, let owner, let expected):
            "key ring \(path) belongs to uid \(owner): check who wrote it, then `chown \(expected) \(path)`"
        case .openMode(let path, let mode):
            "key ring \(path) has mode \(Self.octal(mode)), so others may have read it: `chmod 0600 \(path)`,"
                + " and consider new keys"
        case .damaged(let path, let reason):
            "key ring \(path) is damaged (\(reason)): restore it from backup"
        case .unknownVersion(let path, let version):
            "key ring \(path) has format \(version), which this version cannot read: install the version that wrote it"
        case .full:
            "the key ring holds \(KeyRingFormat.maximumKeys) keys and has no room for another"
        case .busy(let path):
            "key ring \(path): another rotation is under way, and this one has changed nothing: try again when it has ended"
        case .system(let path, let operation, let code):
            "key ring \(path): cannot \(operation): \(unsafe String(cString: strerror(code)))"
        }
    }

    private static func octal(_ mode: UInt32) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
