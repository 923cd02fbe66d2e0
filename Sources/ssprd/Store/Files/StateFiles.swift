import Glibc

/// The folder and files that hold the state: ours alone, or not used at all.
struct StateFiles {
    /// The database's name in the folder.
    static let databaseName = "ssprd.sqlite"

    let directory: String
    var database: String { directory + "/" + Self.databaseName }

    /// Checks the folder: ours, and not writable by others.
    func checkDirectory() throws {
        // The path's bytes live as long as the call; so in every function that takes one.
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            throw StoreOpenError(
                reason: .inaccessible, path: directory, problem: "the folder cannot be opened: \(systemError())",
                remedy: "Create it with: install -d -m 0700 -o USER \(directory)")
        }
        defer { close(descriptor) }
        let status = try Self.status(descriptor, path: directory)
        try Self.checkOwner(status, path: directory)
        guard status.st_mode & 0o022 == 0 else {
            throw StoreOpenError(
                reason: .permissions, path: directory,
                problem: "the folder may be changed by others (mode \(Self.octal(status)))",
                remedy: "Close it with: chmod 0700 \(directory)")
        }
    }

    /// Makes the database's file, empty, unless there is one; then checks whatever is there of the database and its companions.
    func prepareDatabase() throws {
        let companions = ["-wal", "-shm"].map { database + $0 }
        for path in companions { try Self.openAndCheck(path, flags: 0, isOptional: true) { _ in } }
        // SQLite gives its companions the mode of the database, so its file must have the right one before SQLite sees it.
        try Self.openAndCheck(database, flags: O_CREAT, isOptional: false) { descriptor in
            try Self.checkFormat(descriptor, path: database)
        }
    }

    /// Checks the database and both companions as they are once SQLite has opened them.
    func checkOpened() throws {
        for path in [database, database + "-wal", database + "-shm"] {
            // By name, not by opening: closing any descriptor of a database would drop SQLite's locks on it (POSIX).
            var status = stat()
            // The structure outlives the call.
            guard unsafe lstat(path, &status) == 0 else { throw Self.unusable(path) }
            try Self.check(status, path: path)
        }
    }

    /// Checks an open file: plain, ours, under one name, and closed to everybody else.
    static func check(_ descriptor: CInt, path: String) throws {
        try check(status(descriptor, path: path), path: path)
    }

    private static func check(_ status: stat, path: String) throws {
        guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
            throw StoreOpenError(
                reason: .permissions, path: path, problem: "this is not a plain file with one name",
                remedy: "Put the daemon's own file in its place")
        }
        try checkOwner(status, path: path)
        guard status.st_mode & 0o7777 == 0o600 else {
            throw StoreOpenError(
                reason: .permissions, path: path, problem: "the file's mode is \(octal(status)), not 0600",
                remedy: "Ask who may have read or changed it, then close it with: chmod 0600 \(path)")
        }
    }

    private static func checkOwner(_ status: stat, path: String) throws {
        guard status.st_uid == geteuid() else {
            throw StoreOpenError(
                reason: .permissions, path: path,
                problem: "it belongs to uid \(status.st_uid), and the daemon runs as uid \(geteuid())",
                remedy: "Give it to the daemon's user, or run the daemon as its owner")
        }
    }

    private static func openAndCheck(
        _ path: String, flags: CInt, isOptional: Bool, more: (CInt) throws -> Void
    ) throws {
        let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | flags, 0o600)
        guard descriptor >= 0 else {
            if isOptional, errno == ENOENT { return }
            throw unusable(path)
        }
        defer { close(descriptor) }
        try check(descriptor, path: path)
        try more(descriptor)
    }

    /// Looks at a database's first bytes, so that SQLite never touches a file that is something else.
    private static func checkFormat(_ descriptor: CInt, path: String) throws {
        let magic = Array("SQLite format 3\0".utf8)
        var bytes = [UInt8](repeating: 0, count: magic.count)
        // The buffer is as long as it says; pread writes no further.
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw unusable(path) }
        // An empty file is a state that begins.
        guard count == 0 || bytes == magic else { throw StoreOpenError.foreign(path) }
    }

    private static func status(_ descriptor: CInt, path: String) throws -> stat {
        var status = stat()
        // The structure outlives the call.
        guard unsafe fstat(descriptor, &status) == 0 else { throw unusable(path) }
        return status
    }

    private static func unusable(_ path: String) -> StoreOpenError {
        StoreOpenError(
            reason: .inaccessible, path: path, problem: "the file cannot be used: \(systemError())",
            remedy: "Make it a plain file of the daemon's user in a folder that can be written")
    }

    private static func octal(_ status: stat) -> String { "0" + String(status.st_mode & 0o7777, radix: 8) }
}

/// The system's words for an error number.
func systemError(_ code: CInt = errno) -> String {
    // The text is copied before anything else can change it.
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
}
