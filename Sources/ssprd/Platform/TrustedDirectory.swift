import Glibc

/// A directory in which only root and the daemon can replace names, held open so that it cannot be exchanged (attack D9).
final class TrustedDirectory: Sendable {
    /// Refers to the directory itself, wherever its name goes.
    let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Opens the directory at these components from the root, one by one, and follows no link.
    ///
    /// Every directory on the way must belong to root or `owner`; group and others may write to none of them, except on
    /// the way to one that is sticky, as `/tmp` is.
    static func open(_ components: [String], owner: UInt32 = geteuid()) throws -> TrustedDirectory {
        var current = try TrustedDirectory(descriptor: opened("/", in: AT_FDCWD, as: "/"))
        try current.check("/", owner: owner, isLast: components.isEmpty)
        var walked = ""
        for (place, component) in components.enumerated() {
            walked += "/" + component
            current = try TrustedDirectory(descriptor: opened(component, in: current.descriptor, as: walked))
            try current.check(walked, owner: owner, isLast: place == components.count - 1)
        }
        return current
    }

    private static func opened(_ name: String, in directory: Int32, as path: String) throws -> Int32 {
        // The name is lent to the call only.
        let descriptor = unsafe openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if descriptor >= 0 { return descriptor }
        // O_DIRECTORY and O_NOFOLLOW on a link give ENOTDIR or ELOOP, depending on which the kernel looks at first (open(2)).
        if errno == ELOOP || errno == ENOTDIR { throw ListeningSocketError.linkInPath(path) }
        throw ListeningSocketError.system(SystemError("open \(path)"))
    }

    private func check(_ path: String, owner: UInt32, isLast: Bool) throws {
        var status = stat()
        // The kernel fills the local.
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw ListeningSocketError.system(SystemError("look at \(path)"))
        }
        guard status.st_uid == 0 || status.st_uid == owner else {
            throw ListeningSocketError.foreignOwner(path, uid: status.st_uid)
        }
        let isSticky = status.st_mode & S_ISVTX != 0
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 || (isSticky && !isLast) else {
            throw ListeningSocketError.writableByOthers(path)
        }
    }
}
