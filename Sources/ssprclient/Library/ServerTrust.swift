import Glibc

/// Which process behind the socket counts as the daemon (spec/PROTOCOL.md section 1).
public enum ServerTrust: Sendable, Equatable {
    /// Root, or the owner of the socket's directory when nobody else can put a socket into it.
    case rootOrDirectoryOwner
    /// This uid only.
    case uid(UInt32)

    /// True when a server with `uid` at `path` may be told secrets.
    func accepts(uid: UInt32, at path: String) -> Bool {
        switch self {
        case .uid(let expected): uid == expected
        case .rootOrDirectoryOwner: uid == 0 || uid == Self.safeOwner(ofDirectoryOf: path)
        }
    }

    /// The owner of the directory that holds `path`, when its last component is no symbolic link and only its owner may write to it.
    private static func safeOwner(ofDirectoryOf path: String) -> UInt32? {
        // O_PATH: nothing in the directory is read, so no right to read it is needed. The path is lent for the call only.
        let descriptor = unsafe open(directory(of: path), pathOnly | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        // The pointer is used within the call only.
        guard unsafe fstat(descriptor, &status) == 0 else { return nil }
        return status.st_mode & (S_IWGRP | S_IWOTH) == 0 ? status.st_uid : nil
    }

    /// Linux's `O_PATH` (the same on all architectures that Swift runs on), which Glibc's module does not show.
    private static let pathOnly: Int32 = 0o10_000_000

    /// All before the last slash, without a slash at the end: `open` would follow a link that has one.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        var directory = path[..<slash]
        while directory.last == "/" { directory.removeLast() }
        return directory.isEmpty ? "/" : String(directory)
    }
}
