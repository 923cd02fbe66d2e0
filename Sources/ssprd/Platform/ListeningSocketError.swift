/// Why the daemon does not listen; each says what an administrator has to change.
public enum ListeningSocketError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The path does not begin with `/`, or has an empty, `.` or `..` component.
    case unclearPath(String)
    /// The path has more than the 107 bytes that a socket address holds.
    case pathTooLong(String, bytes: Int)
    /// A component of the path is a symbolic link or no directory.
    case linkInPath(String)
    /// A directory of the path belongs to somebody who is neither root nor the daemon.
    case foreignOwner(String, uid: UInt32)
    /// A directory of the path can be written by group or others.
    case writableByOthers(String)
    /// Something that is no socket stands at the path.
    case notASocket(String)
    /// Another daemon answers at the path.
    case alreadyServing(String)
    /// An inherited descriptor is no listening Unix stream socket.
    case unfitDescriptor(Int32)
    /// `LISTEN_FDS` is not a number of descriptors.
    case unclearEnvironment(String)
    /// The operating system refused.
    case system(SystemError)

    /// One line for the log.
    public var description: String {
        switch self {
        case .unclearPath(let path):
            "the socket path \(path) must be absolute and must have no empty, . or .. component"
        case .pathTooLong(let path, let bytes):
            "the socket path \(path) has \(bytes) bytes; the kernel takes at most \(UnixAddress.longestPath)"
        case .linkInPath(let path):
            "\(path) is a symbolic link or no directory; give the socket's real path"
        case .foreignOwner(let path, let uid):
            "\(path) belongs to uid \(uid); the socket's directories must belong to root or to the daemon"
        case .writableByOthers(let path):
            "\(path) can be written by group or others, who could replace the socket; take that right away (chmod go-w)"
        case .notASocket(let path):
            "\(path) exists and is no socket; it is left alone"
        case .alreadyServing(let path):
            "already serving: another process answers at \(path)"
        case .unfitDescriptor(let number):
            "descriptor \(number) of the service manager is no listening Unix stream socket"
        case .unclearEnvironment(let text):
            "LISTEN_FDS is \"\(text)\", which is no number of descriptors"
        case .system(let error):
            error.description
        }
    }
}
