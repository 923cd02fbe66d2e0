import Glibc

/// A name in a trusted directory at which a socket is to stand.
public struct SocketPlace: Sendable {
    let directory: TrustedDirectory
    let name: String
    /// The whole path, for messages.
    let path: String

    /// Opens the directory of an absolute path; makes nothing.
    ///
    /// Throws `ListeningSocketError`.
    public init(path: String) throws {
        guard path.utf8.count <= UnixAddress.longestPath else {
            throw ListeningSocketError.pathTooLong(path, bytes: path.utf8.count)
        }
        var components = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard components.count > 1, components.removeFirst().isEmpty, let name = components.popLast(),
            !(components + [name]).contains(where: ["", ".", ".."].contains)
        else { throw ListeningSocketError.unclearPath(path) }
        directory = try TrustedDirectory.open(components)
        self.name = name
        self.path = path
    }

    /// Keeps two daemons that start at the same moment from taking each other's fresh socket for a stale one.
    func whileLocked<R>(_ body: () throws -> R) throws -> R {
        guard flock(directory.descriptor, LOCK_EX) == 0 else { throw system("lock the directory of \(path)") }
        defer { flock(directory.descriptor, LOCK_UN) }
        return try body()
    }

    /// Removes a socket at which nobody answers.
    func clear() throws {
        guard let found = try FileIdentity(name, in: directory.descriptor) else { return }
        guard found.isSocket else { throw ListeningSocketError.notASocket(path) }
        guard try !isAnswered() else { throw ListeningSocketError.alreadyServing(path) }
        // The name is lent to the call only.
        guard unsafe unlinkat(directory.descriptor, name, 0) == 0 else {
            throw system("remove the stale socket \(path)")
        }
    }

    /// Makes the socket under a name of its own first, so that the real name never stands for one that does not answer yet or has
    /// other rights.
    func listen(mode: UInt32) throws -> (descriptor: Int32, identity: FileIdentity) {
        let draft = ".\(getpid())"
        let descriptor = try stream()
        var isDone = false
        defer { if !isDone { close(descriptor) } }
        // A draft can only be left by a process of the same number that died half-way: nobody else may write here.
        unsafe unlinkat(directory.descriptor, draft, 0)
        // The address outlives the call, which copies it; so do the names below.
        let bound = unsafe try address(draft).withPointer { unsafe Glibc.bind(descriptor, $0, $1) }
        guard bound == 0 else { throw system("bind \(path)") }
        defer { if !isDone { unsafe unlinkat(directory.descriptor, draft, 0) } }
        guard unsafe fchmodat(directory.descriptor, draft, mode, 0) == 0 else {
            throw system("set the mode of \(path)")
        }
        try ListeningSocket.listen(on: descriptor)
        guard let made = try FileIdentity(draft, in: directory.descriptor) else {
            throw ListeningSocketError.system(SystemError("find \(path)", number: ENOENT))
        }
        guard unsafe renameat(directory.descriptor, draft, directory.descriptor, name) == 0 else {
            throw system("name the socket \(path)")
        }
        isDone = true
        return (descriptor, made)
    }

    private func isAnswered() throws -> Bool {
        let descriptor = try stream()
        defer { close(descriptor) }
        // The address outlives the call.
        let status = unsafe try address(name).withPointer { unsafe connect(descriptor, $0, $1) }
        if status == 0 || errno == EAGAIN { return true }
        if errno == ECONNREFUSED || errno == ENOENT { return false }
        throw system("find out whether anybody answers at \(path)")
    }

    private func stream() throws -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw system("make a socket") }
        return descriptor
    }

    /// The place by way of the open directory, which no renaming can turn elsewhere.
    private func address(_ name: String) throws -> UnixAddress {
        let route = "/proc/self/fd/\(directory.descriptor)/\(name)"
        guard let address = UnixAddress(route) else {
            throw ListeningSocketError.pathTooLong(path, bytes: route.utf8.count)
        }
        return address
    }

    private func system(_ action: String) -> ListeningSocketError { .system(SystemError(action)) }
}

/// What stands under a name: tells one file from every other.
struct FileIdentity: Hashable, Sendable {
    let device: UInt
    let inode: UInt
    /// Inode numbers are given out again at once; no renaming or change of mode alters this.
    let modified: Int64
    let isSocket: Bool

    /// Looks at the name itself, not through a link; nil when nothing stands there.
    init?(_ name: String, in directory: Int32) throws {
        var status = stat()
        // The kernel fills the local; the name is lent to the call only.
        guard unsafe fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return nil }
            throw ListeningSocketError.system(SystemError("look at \(name)"))
        }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        isSocket = status.st_mode & S_IFMT == S_IFSOCK
    }
}
