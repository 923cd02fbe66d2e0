import Glibc

/// Why a filter file cannot be used; the text says what to do.
public enum FilterProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// It is something else.
    case foreign
    /// A later release wrote it.
    case version(UInt64)
    /// The content is not what was written.
    case damaged(String)
    /// The path is a symbolic link.
    case link
    /// The path is no regular file.
    case notAFile
    /// The file belongs to somebody who is neither root nor this process's user.
    case foreignOwner(UInt32)
    /// Group or others may write to it.
    case writable
    /// The system refused an operation.
    case system(String, Int32)

    /// Without the file's name.
    public var description: String {
        switch self {
        case .foreign: "it is no filter: make one with `ssprd filter build`"
        case .version(let version): "it has format \(version), which this release cannot read: build it again"
        case .damaged(let what): "it is damaged (\(what)): build it again"
        case .link: "it is a symbolic link: name the file itself"
        case .notAFile: "it is no regular file"
        case .foreignOwner(let uid): "it belongs to uid \(uid): only root's and the daemon's own are trusted"
        case .writable: "group or others may write to it: `chmod go-w` and see who did"
        // strerror's text is copied at once.
        case .system(let action, let code): "cannot \(action): \(unsafe String(cString: strerror(code)))"
        }
    }
}

/// A filter file that cannot be used, by its name.
public struct FilterError: Error, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// Why.
    public let problem: FilterProblem

    /// "/etc/ssprd/breached: it is damaged".
    public var description: String { "filter \(path): \(problem)" }
}
