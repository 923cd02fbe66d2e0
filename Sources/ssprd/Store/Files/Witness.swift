import Glibc
import SSPRDomain
import SSPRVocabulary

/// Remembers, outside the state, the newest record that this host has written: a copy of the state that is put back does not reach so far.
///
/// 48 bytes: "SSPRSEEN", the record's number in eight bytes, its hash. Written after each commit and not synced: what a power failure takes
/// from it makes it say less, never more than the state.
final class Witness: Sendable {
    private static let mark = Array("SSPRSEEN".utf8)
    private static let length = 48

    private let path: String
    private let descriptor: CInt
    private let state: Guarded<(seen: AuditHead?, isOn: Bool)>

    /// Opens the file, or makes an empty one; throws `StoreOpenError` when it is not ours alone.
    init(path: String) throws {
        self.path = path
        // The path's bytes live as long as the call.
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else {
            throw StoreOpenError(
                reason: .inaccessible, path: path,
                problem: "the file that remembers the newest record cannot be used: \(systemError())",
                remedy: "Name a file in a folder of the daemon's user with witness: in the configuration file")
        }
        do {
            try StateFiles.check(descriptor, path: path)
            state = Guarded((try Self.read(descriptor, path: path), false))
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The newest record that was noted; nil when there is none, or none that can be read.
    var seen: AuditHead? { state.withLock { $0.seen } }

    /// From now on notes what is written, and at once what has been: whatever was wrong with the state has been dealt with.
    ///
    /// Throws `StoreOpenError` when the file cannot be written.
    func begin(at head: AuditHead) throws {
        state.withLock { $0.isOn = true }
        guard note(head) else {
            throw StoreOpenError(
                reason: .inaccessible, path: path, problem: "the file cannot be written: \(systemError())",
                remedy: "Make its file system writable, or name another file with witness: in the configuration file")
        }
    }

    /// Notes the newest record; false when the file cannot be written.
    func note(_ head: AuditHead) -> Bool {
        state.withLock { state in
            guard state.isOn, state.seen != head else { return true }
            let bytes = Self.mark + head.sequence.bigEndianBytes + head.hash
            // The buffer is as long as it says, and one page takes it whole.
            let count = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
            if count == bytes.count { state.seen = head }
            return count == bytes.count
        }
    }

    /// Puts what was noted onto the disk.
    func sync() -> Bool { fdatasync(descriptor) == 0 }

    private static func read(_ descriptor: CInt, path: String) throws -> AuditHead? {
        var bytes = [UInt8](repeating: 0, count: length + 1)
        // The buffer is as long as it says; pread writes no further.
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else {
            throw StoreOpenError(
                reason: .inaccessible, path: path, problem: "the file cannot be read: \(systemError())",
                remedy: "Remove it: the daemon then treats the state like a backup that was put back")
        }
        guard count == length, Array(bytes.prefix(mark.count)) == mark else { return nil }
        let sequence = bytes[8..<16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return AuditHead(sequence: sequence, hash: Array(bytes[16..<length]))
    }
}

extension UInt64 {
    fileprivate var bigEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * $0)) } }
}

extension StateProvenance {
    /// What a state is, whose newest record is `head`, to a host that has seen `seen`.
    init(of snapshot: some Snapshot, seen: AuditHead?) throws {
        let head = try snapshot.auditHead()
        guard let seen else {
            self = head.sequence == 0 ? .new : .unknown
            return
        }
        guard seen.sequence <= head.sequence else {
            self = .older(missing: seen.sequence - head.sequence)
            return
        }
        let link = seen.sequence == 0 ? nil : try snapshot.links(after: seen.sequence - 1, limit: 1).first
        self = seen.sequence == 0 || link?.hash == seen.hash ? .newest : .foreign
    }
}
