import Glibc

/// Collects the digests of known passwords and writes a filter file of them.
///
/// Takes eight bytes of memory a password, and up to 20 while its arrays grow.
public struct FilterBuilder: Sendable {
    /// How many were collected, the same one counted each time.
    public private(set) var collected = 0
    private var buckets: [[UInt64]]
    private let keysPerShard: Int

    /// Collects nothing yet.
    public init() { self.init(keysPerShard: FuseShape.maximumKeys / 2) }

    /// As above; a shard takes on average at most so many keys, half of what it may, so that chance never overfills one.
    init(keysPerShard: Int) {
        buckets = .init(repeating: [], count: 1 << Int(FilterFormat.maximumShardBits))
        self.keysPerShard = keysPerShard
    }

    /// Adds a password.
    public mutating func add(_ digest: PasswordDigest) {
        buckets[FilterFormat.shard(of: digest.key, bits: Int(FilterFormat.maximumShardBits))].append(digest.key)
        collected += 1
    }

    /// What was written.
    public struct Written: Sendable, Equatable {
        /// Different passwords.
        public let count: UInt64
        /// Bytes.
        public let size: Int
    }

    /// Writes the file beside its path and puts it there in one step; whoever has the old one open keeps it.
    ///
    /// `note` is told how many of the shards are built. Throws `FilterError`.
    public consuming func write(to path: String, note: (_ done: Int, _ of: Int) -> Void) throws -> Written {
        // As few shards as will do.
        let bits =
            (0...Int(FilterFormat.maximumShardBits)).first { collected >> $0 <= keysPerShard }
            ?? Int(FilterFormat.maximumShardBits)
        let merged = buckets.count >> bits
        var shapes: [FuseShape] = []
        var contents: [[UInt8]] = []
        var count: UInt64 = 0
        for shard in 0..<(1 << bits) {
            let keys = take(shard * merged..<(shard + 1) * merged)
            let (shape, fingerprints) = try FuseBuilder.build(keys)
            count += UInt64(keys.count)
            shapes.append(shape)
            contents.append(Self.packed(fingerprints))
            note(shard + 1, 1 << bits)
        }
        let format = FilterFormat(count: count, shapes: shapes)
        do {
            try FilterDraft.write([format.bytes] + contents, to: path)
        } catch {
            throw FilterError(path: path, problem: error)
        }
        return Written(count: count, size: format.size)
    }

    /// The different keys of some buckets; what has been taken needs no memory any more.
    private mutating func take(_ range: Range<Int>) -> [UInt64] {
        var keys: [UInt64] = []
        for bucket in range {
            var found = buckets[bucket]
            buckets[bucket] = []
            found.sort()
            for key in found where key != keys.last { keys.append(key) }
        }
        return keys
    }

    private static func packed(_ fingerprints: [UInt32]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fingerprints.count * FuseShape.fingerprintBytes)
        for fingerprint in fingerprints {
            bytes.append(UInt8(truncatingIfNeeded: fingerprint >> 16))
            bytes.append(UInt8(truncatingIfNeeded: fingerprint >> 8))
            bytes.append(UInt8(truncatingIfNeeded: fingerprint))
        }
        return bytes
    }
}

/// A file that is written beside its place and moved there when it is whole.
private enum FilterDraft {
    static func write(_ parts: [[UInt8]], to path: String) throws(FilterProblem) {
        let draft = path + ".new-" + SystemRandom.random(8).map { String($0, radix: 16) }.joined()
        // O_EXCL: never into a file, or through a link, that somebody has put there. The paths are lent to the calls only.
        let file = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else { throw .system("create a file beside it", errno) }
        defer { unsafe unlink(draft) }
        defer { close(file) }
        // What is known to everybody is no secret, and the daemon runs as another user; the umask might take that away.
        guard fchmod(file, 0o644) == 0 else { throw .system("set its mode", errno) }
        let sum = Blake2b(length: FilterFormat.checksumBytes)
        for part in parts {
            sum.add(part)
            try write(part, to: file)
        }
        try write(sum.finish(), to: file)
        guard fsync(file) == 0 else { throw .system("sync it", errno) }
        guard unsafe rename(draft, path) == 0 else { throw .system("put it in its place", errno) }
    }

    private static func write(_ bytes: [UInt8], to file: Int32) throws(FilterProblem) {
        var done = 0
        while done < bytes.count {
            let rest = bytes.count - done
            // The array is lent to the call only, from `done` to its end.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(file, buffer.baseAddress.map { unsafe $0 + done }, rest)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system("write it", errno) }
            done += count
        }
    }
}
