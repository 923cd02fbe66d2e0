public import Glibc

/// A descriptor that is closed when it goes out of use.
public struct OpenFile: ~Copyable {
    /// The descriptor.
    public let descriptor: Int32

    /// Takes over an open descriptor.
    public init(taking descriptor: Int32) { self.descriptor = descriptor }

    /// Opens a file for reading; a last component that is a symbolic link is followed.
    public init(reading path: String) throws(SystemError) {
        // O_NONBLOCK: a named pipe in a file's place must not hold the agent. The path is lent for the call only.
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SystemError(path) }
    }

    /// Opens a folder, not through a symbolic link.
    public init(folder path: String) throws(SystemError) {
        // The path is lent for the call only.
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW)
        guard descriptor >= 0 else { throw SystemError(path) }
    }

    deinit { close(descriptor) }

    /// Owner, mode and size.
    public func status() throws(SystemError) -> stat {
        var status = stat()
        // The pointer lives for the call only.
        guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError("fstat") }
        return status
    }

    /// The whole content of a regular file of at most `limit` bytes.
    public func readAll(limit: Int) throws(SystemError) -> [UInt8] {
        let status = try status()
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemError("not a regular file", code: EINVAL) }
        guard status.st_size <= limit else { throw SystemError("more than \(limit) bytes", code: EFBIG) }
        // Once enough for everything: growing would leave copies behind, and some of what is read here is secret. One byte more than
        // the file has, so that a file that is growing is noticed.
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        var count = 0
        while count < bytes.count {
            // The buffer is lent for the call only, and `count` never passes its end.
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw SystemError("read")
            }
            if got == 0 { break }
            count += got
        }
        guard count < bytes.count else {
            bytes.wipe()
            throw SystemError("the file grew while it was read", code: EAGAIN)
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// Writes all bytes.
    public func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            // `done` stays below the count, so the pointer stays inside the buffer.
            let put = unsafe write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if put < 0 {
                if errno == EINTR { continue }
                throw SystemError("write")
            }
            done += put
        }
    }
}
