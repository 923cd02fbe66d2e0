import Glibc

/// Keeps other rotations away from a ring: each would begin from the same keys, and one of them would lose its new ones.
///
/// The lock is on the file itself (flock(2)) and goes with the process. A file that was replaced meanwhile is another one.
struct KeyRingLock: ~Copyable {
    private let file: Int32

    /// Throws `KeyRingError.busy` while somebody else holds it.
    init(path: String) throws(KeyRingError) {
        while true {
            let file = try KeyRingFile(path: path).opened()
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                let code = errno
                close(file)
                throw code == EWOULDBLOCK ? .busy(path: path) : .system(path: path, operation: "lock it", code: code)
            }
            var (locked, named) = (stat(), stat())
            // Both are written before they are read.
            if unsafe fstat(file, &locked) == 0, unsafe lstat(path, &named) == 0, locked.st_ino == named.st_ino,
                locked.st_dev == named.st_dev
            {
                self.file = file
                return
            }
            close(file)
        }
    }

    deinit { close(file) }
}
