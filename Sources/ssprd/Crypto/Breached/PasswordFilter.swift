import Glibc
public import SSPRDomain
public import SSPRVocabulary

/// Passwords that have become known, in a filter file that stays on the disk.
///
/// Read place by place, three bytes at a time, out of the system's cache, and not mapped: a mapped file that somebody shortens ends the
/// process with SIGBUS, and one that is copied takes gigabytes. What has been opened stays what it is when another file takes its name.
public final class PasswordFilter: BreachedPasswords {
    /// How many passwords were put in.
    public var count: UInt64 { format.count }
    /// The size of the file in bytes.
    public var size: Int { format.size }

    /// The checksum at the end of the file, which tells it from others.
    public let checksum: [UInt8]

    private let path: String
    private let file: Int32
    private let format: FilterFormat

    /// Opens a file and looks at every byte of it; throws `FilterError`.
    public init(at path: String) throws(FilterError) {
        self.path = path
        // Follows no link at the end, and waits for no pipe's writer. The path is lent to the call only.
        file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else {
            throw FilterError(path: path, problem: errno == ELOOP ? .link : .system("open it", errno))
        }
        do {
            (format, checksum) = try Self.validated(file, size: Self.trustedSize(of: file))
        } catch {
            close(file)
            throw FilterError(path: path, problem: error)
        }
    }

    deinit { close(file) }

    /// True for a password of the list; throws `FilterError` when the file was shortened or cannot be read.
    public func contains(_ password: Secret) throws -> Bool { try contains(PasswordDigest(of: password)) }

    /// The same for a digest.
    public func contains(_ digest: PasswordDigest) throws -> Bool {
        let shard = format.shard(of: digest.key)
        let shape = format.shapes[shard]
        guard shape.segments > 0 else { return false }
        let mixed = shape.mixed(digest.key)
        let (first, second, third) = shape.placesOf(mixed)
        var difference = FuseShape.fingerprint(mixed)
        for place in [first, second, third] {
            difference ^= try fingerprint(at: format.offsets[shard] + place * FuseShape.fingerprintBytes)
        }
        return difference == 0
    }

    private func fingerprint(at offset: Int) throws -> UInt32 {
        do {
            let bytes = try Self.read(file, FuseShape.fingerprintBytes, at: offset)
            return UInt32(FilterFormat.number(bytes[...]))
        } catch {
            throw FilterError(path: path, problem: error)
        }
    }

    /// The size of a regular file that only root and this process's user can write to: its writer decides which passwords are refused.
    private static func trustedSize(of file: Int32) throws(FilterProblem) -> Int {
        var status = stat()
        // The kernel fills the local.
        guard unsafe fstat(file, &status) == 0 else { throw .system("look at it", errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        guard status.st_uid == 0 || status.st_uid == geteuid() else { throw .foreignOwner(status.st_uid) }
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else { throw .writable }
        return Int(status.st_size)
    }

    /// Reads the head, and the whole once for its checksum.
    private static func validated(
        _ file: Int32, size: Int
    ) throws(FilterProblem) -> (FilterFormat, checksum: [UInt8]) {
        guard size >= FilterFormat.headBytes + FilterFormat.checksumBytes else { throw .foreign }
        let head = try read(file, FilterFormat.headBytes, at: 0)
        let more = try FilterFormat.shapesBytes(head)
        guard size >= head.count + more + FilterFormat.checksumBytes else { throw .damaged("it ends too early") }
        let format = try FilterFormat(head + read(file, more, at: head.count), size: size)
        let sum = Blake2b(length: FilterFormat.checksumBytes)
        var offset = 0
        while offset < size - FilterFormat.checksumBytes {
            let bytes = try read(file, min(chunk, size - FilterFormat.checksumBytes - offset), at: offset)
            sum.add(bytes)
            offset += bytes.count
        }
        let checksum = try read(file, FilterFormat.checksumBytes, at: offset)
        guard checksum == sum.finish() else { throw .damaged("checksum") }
        return (format, checksum)
    }

    private static let chunk = 1 << 20

    /// Reads so many bytes; fewer are a damage.
    private static func read(_ file: Int32, _ count: Int, at offset: Int) throws(FilterProblem) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let (rest, place) = (count - done, offset + done)
            // The array is lent to the call only, from `done` to its end.
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(file, buffer.baseAddress.map { unsafe $0 + done }, rest, place)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .system("read it", errno) }
            guard got > 0 else { throw .damaged("it ends too early") }
            done += got
        }
        return bytes
    }
}
