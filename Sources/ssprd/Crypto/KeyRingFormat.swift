import SSPRVocabulary

/// The bytes of a key ring file, version 1.
///
/// | bytes | content |
/// | --- | --- |
/// | 15 | `ssprd key ring` and a line feed |
/// | 1 | version: 1 |
/// | 4 | number of keys, big-endian |
/// | 37 each | kind (1 sealing, 2 pepper, 3 tags, 4 decoy), number (4, big-endian), key (32) |
/// | 32 | BLAKE2b-256 of all the above: tells damage, not forgery |
enum KeyRingFormat {
    /// The most keys of all kinds together.
    static let maximumKeys = 1024

    /// The largest file.
    static var maximumBytes: Int { size(keys: maximumKeys) }

    private static let magic = Array("ssprd key ring\n".utf8)
    private static let version: UInt8 = 1
    private static let headLength = magic.count + 1 + 4
    private static let entryLength = 1 + 4 + GuardedBytes.keyLength
    private static let checksumLength = 32

    private enum Kind: UInt8 {
        case sealing = 1
        case pepper
        case tags
        case decoy
    }

    private static func size(keys: Int) -> Int { headLength + keys * entryLength + checksumLength }

    /// The file's content, keys in order of kind and number.
    static func encode(_ ring: KeyRing) -> GuardedBytes {
        let entries: [(kind: Kind, number: UInt32, key: GuardedBytes)] =
            ring.sealing.sorted { $0.key < $1.key }.map { (Kind.sealing, $0.key, $0.value) }
            + ring.peppers.sorted { $0.key < $1.key }.map { (Kind.pepper, $0.key, $0.value) }
            + [(Kind.tags, 1, ring.tags), (Kind.decoy, 1, ring.decoy)]
        // Unsafe: raw bytes of guarded memory; every write is at an offset that `size` has counted.
        return unsafe GuardedBytes(count: size(keys: entries.count)) { file in
            var offset = 0
            func put(_ bytes: UnsafeRawBufferPointer) {
                unsafe UnsafeMutableRawBufferPointer(rebasing: file[offset...]).copyMemory(from: bytes)
                offset += bytes.count
            }
            let head = magic + [version] + bigEndianBytes(UInt32(entries.count))
            unsafe head.withUnsafeBytes { unsafe put($0) }
            for (kind, number, key) in entries {
                let label = [kind.rawValue] + bigEndianBytes(number)
                unsafe label.withUnsafeBytes { unsafe put($0) }
                unsafe key.withBytes { unsafe put($0) }
            }
            let sum = unsafe checksum(UnsafeRawBufferPointer(rebasing: file[..<offset]))
            unsafe sum.withUnsafeBytes { unsafe put($0) }
        }
    }

    /// Reads a file's content; `path` is for the error's text.
    static func decode(_ file: GuardedBytes, path: String) throws(KeyRingError) -> KeyRing {
        do throws(Flaw) {
            // Unsafe: raw bytes of guarded memory; the size is checked before anything behind the head is read.
            return try unsafe file.withBytes { (bytes) throws(Flaw) in try unsafe decode(bytes) }
        } catch {
            switch error {
            case .damage(let reason): throw .damaged(path: path, reason: reason)
            case .unknownVersion(let version): throw .unknownVersion(path: path, version: version)
            }
        }
    }

    private enum Flaw: Error {
        case damage(String)
        case unknownVersion(UInt8)
    }

    private static func decode(_ file: UnsafeRawBufferPointer) throws(Flaw) -> KeyRing {
        guard file.count >= headLength, unsafe file.starts(with: magic) else { throw .damage("not a key ring") }
        let written = unsafe file[magic.count]
        guard written == version else { throw .unknownVersion(written) }
        let count = unsafe Int(number(file, at: magic.count + 1))
        guard count <= maximumKeys, file.count == size(keys: count) else {
            throw .damage("\(file.count) bytes do not fit \(count) keys")
        }
        let sumStart = file.count - checksumLength
        let sum = unsafe checksum(UnsafeRawBufferPointer(rebasing: file[..<sumStart]))
        guard unsafe sum.elementsEqual(file[sumStart...]) else { throw .damage("the checksum does not fit") }

        var keys: [Kind: [UInt32: GuardedBytes]] = [:]
        for entry in 0..<count {
            let start = headLength + entry * entryLength
            guard let kind = unsafe Kind(rawValue: file[start]) else { throw .damage("a key of unknown kind") }
            let number = unsafe number(file, at: start + 1)
            let key = unsafe UnsafeRawBufferPointer(rebasing: file[start + 5..<start + entryLength])
            guard number > 0, keys[kind]?[number] == nil else { throw .damage("a key number that cannot be") }
            unsafe keys[kind, default: [:]][number] = GuardedBytes(copying: key)
        }
        guard let tags = keys[.tags]?[1], let decoy = keys[.decoy]?[1], keys[.tags]?.count == 1,
            keys[.decoy]?.count == 1,
            let ring = KeyRing(
                sealing: keys[.sealing] ?? [:], peppers: keys[.pepper] ?? [:], tags: tags, decoy: decoy)
        else { throw .damage("a kind of key is missing or there twice") }
        return ring
    }

    private static func number(_ file: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
        unsafe UInt32(bigEndian: file.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let hash = Blake2b(length: checksumLength)
        unsafe hash.add(bytes)
        return hash.finish()
    }
}
