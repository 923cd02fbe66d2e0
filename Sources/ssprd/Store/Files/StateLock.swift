import Glibc

/// Keeps a second process away from the state, for as long as this object lives (invariant I11).
///
/// The kernel ends the lock with the process, however it dies: a file that is left behind locks nothing.
final class StateLock: Sendable {
    static let fileName = "lock"
    private let descriptor: CInt

    /// Locks the folder's state; throws `StoreOpenError` with the holder's process id when it is taken.
    init(directory: String) throws {
        let path = directory + "/" + Self.fileName
        // The path's bytes live as long as the call.
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw StoreOpenError(
                reason: .inaccessible, path: path, problem: "the lock file cannot be opened: \(systemError())",
                remedy: "Make it a plain file of the user who runs the daemon, or remove it")
        }
        do {
            try StateFiles.check(descriptor, path: path)
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw Self.refusal(path, descriptor) }
            try Self.write(getpid(), to: descriptor, path: path)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func refusal(_ path: String, _ descriptor: CInt) -> StoreOpenError {
        let code = errno
        guard code == EWOULDBLOCK else {
            return StoreOpenError(
                reason: .inaccessible, path: path, problem: "the lock cannot be taken: \(systemError(code))",
                remedy: "Keep the state on a local file system")
        }
        let holder = holder(descriptor)
        return StoreOpenError(
            reason: .locked(by: holder), path: path,
            problem: "another process has the state open" + (holder.map { " (process \($0))" } ?? ""),
            remedy: "Stop the other daemon first, or give this one a folder of its own")
    }

    /// The process id that the holder has written, if it can be read.
    private static func holder(_ descriptor: CInt) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        // The buffer is as long as it says; pread writes no further.
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        return Int32(String(decoding: bytes.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    private static func write(_ process: Int32, to descriptor: CInt, path: String) throws {
        let line = Array("\(process)\n".utf8)
        let isWritten = unsafe line.withUnsafeBytes { bytes in
            // Ours alone by now; the old line may be longer than the new one.
            unsafe ftruncate(descriptor, 0) == 0 && pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count
        }
        // A full disk must not keep the daemon down: the line is for people, the lock is the kernel's.
        guard isWritten || errno == ENOSPC || errno == EDQUOT else {
            throw StoreOpenError(
                reason: .inaccessible, path: path, problem: "the lock file cannot be written: \(systemError())",
                remedy: "Make the folder's file system writable")
        }
    }
}
