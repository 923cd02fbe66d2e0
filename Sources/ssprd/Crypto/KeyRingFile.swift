import Glibc

/// Reads and writes the file of a key ring.
struct KeyRingFile {
    let path: String

    /// Reads the content, after checking through the open file that it is a private regular file of this process's
    /// user.
    func read() throws(KeyRingError) -> GuardedBytes {
        let file = try opened()
        defer { close(file) }
        let size = try checkedSize(of: file)
        // Unsafe: lends the new memory to `fill`, which writes all of it or throws.
        return try unsafe GuardedBytes(count: size) { (buffer) throws(KeyRingError) in
            try unsafe fill(buffer, from: file)
        }
    }

    /// The file, open for reading; the caller closes it.
    func opened() throws(KeyRingError) -> Int32 {
        // O_NOFOLLOW: a link could lead to somebody else's file. O_NONBLOCK: opening a pipe must not wait for a writer.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else {
            switch errno {
            case ENOENT: throw .missing(path: path)
            case ELOOP: throw .symbolicLink(path: path)
            case let code: throw .system(path: path, operation: "open it", code: code)
            }
        }
        return file
    }

    /// Writes the content beside the path, then puts it there in one step: after a crash there is the old file or the
    /// new one.
    func write(_ content: GuardedBytes, replacing: Bool) throws(KeyRingError) {
        let draft = path + Self.draftMark + SystemRandom.random(8).map { String($0, radix: 16) }.joined()
        do {
            // Whatever goes wrong, no second copy of the keys may stay.
            defer { unsafe unlink(draft) }
            try writeDraft(draft, content)
            try replacing ? move(draft) : place(draft)
        }
        try syncDirectory()
    }

    /// Removes what writers that were killed have left beside the path; only while no other writes.
    func removeDrafts() {
        let (folder, name) = (
            directory, String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
        )
        // The names are copied before the stream moves on; both functions take the stream that opendir gave.
        guard let stream = unsafe opendir(folder) else { return }
        defer { unsafe closedir(stream) }
        while let entry = unsafe readdir(stream) {
            let found = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            guard found.hasPrefix(name + Self.draftMark) else { continue }
            unsafe unlink("\(folder)/\(found)")
        }
    }

    private static let draftMark = ".new-"

    private var directory: String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    private func writeDraft(_ draft: String, _ content: GuardedBytes) throws(KeyRingError) {
        // O_EXCL: never write into a file, or through a link, that somebody has put there.
        let file = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .system(path: path, operation: "create a file beside it", code: errno) }
        defer { close(file) }
        try fill(file, with: content)
    }

    private func move(_ draft: String) throws(KeyRingError) {
        guard unsafe rename(draft, path) == 0 else {
            throw .system(path: path, operation: "replace it", code: errno)
        }
    }

    /// As `move`, but only where there is nothing: rename(2) would overwrite, link(2) does not.
    private func place(_ draft: String) throws(KeyRingError) {
        guard unsafe link(draft, path) == 0 else {
            let code = errno
            throw code == EEXIST ? .alreadyThere(path: path) : .system(path: path, operation: "create it", code: code)
        }
    }

    private func checkedSize(of file: Int32) throws(KeyRingError) -> Int {
        var info = stat()
        guard unsafe fstat(file, &info) == 0 else { throw .system(path: path, operation: "examine it", code: errno) }
        guard info.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        guard info.st_uid == geteuid() else {
            throw .foreignOwner(path: path, owner: info.st_uid, expected: geteuid())
        }
        let mode = info.st_mode & 0o7777
        guard mode & 0o7177 == 0 else { throw .openMode(path: path, mode: mode) }
        guard info.st_size > 0, info.st_size <= KeyRingFormat.maximumBytes else {
            throw .damaged(path: path, reason: "\(info.st_size) bytes")
        }
        return Int(info.st_size)
    }

    private func fill(_ buffer: UnsafeMutableRawBufferPointer, from file: Int32) throws(KeyRingError) {
        var offset = 0
        while offset < buffer.count {
            // Unsafe: the rest of the buffer, with its own length.
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[offset...])
            let count = unsafe Glibc.read(file, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(path: path, operation: "read it", code: errno) }
            guard count > 0 else { throw .damaged(path: path, reason: "it ends after \(offset) bytes") }
            offset += count
        }
    }

    private func fill(_ file: Int32, with content: GuardedBytes) throws(KeyRingError) {
        // fchmod: the mode in open() is cut by the umask, which might take the owner's own rights.
        guard fchmod(file, 0o600) == 0 else { throw .system(path: path, operation: "set its mode", code: errno) }
        var offset = 0
        while offset < content.count {
            // Unsafe: the rest of the content, with its own length.
            let count = unsafe content.withBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset...])
                return unsafe Glibc.write(file, rest.baseAddress, rest.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(path: path, operation: "write it", code: errno) }
            offset += count
        }
        guard fsync(file) == 0 else { throw .system(path: path, operation: "sync it", code: errno) }
    }

    /// Makes the directory's new entry durable.
    private func syncDirectory() throws(KeyRingError) {
        let file = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw .system(path: path, operation: "open its directory", code: errno) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw .system(path: path, operation: "sync its directory", code: errno) }
    }
}
