import Glibc

/// Who connected, as the kernel recorded it when the connection was made; numbers only (attack D1, D3, D6).
public struct PeerCredentials: Hashable, Sendable {
    /// The effective user.
    public let uid: UInt32
    /// The effective group.
    public let gid: UInt32
    /// The supplementary groups.
    public let groups: [UInt32]
    /// The process; for the log only, since numbers of processes are reused (attack D2).
    public let pid: Int32

    /// Describes a peer.
    public init(uid: UInt32, gid: UInt32, groups: [UInt32], pid: Int32) {
        self.uid = uid
        self.gid = gid
        self.groups = groups
        self.pid = pid
    }

    /// Asks the kernel (`SO_PEERCRED`, `SO_PEERGROUPS`) about a connected Unix socket; throws `SystemError` for whatever it refuses.
    public init(descriptor: Int32) throws {
        var user = ProcessIdentity()
        var length = socklen_t(MemoryLayout<ProcessIdentity>.size)
        // The kernel writes at most `length` bytes into a local of that size.
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &user, &length) == 0 else {
            throw SystemError("read the peer's credentials")
        }
        guard length == MemoryLayout<ProcessIdentity>.size else {
            throw SystemError("read the peer's credentials", number: EINVAL)
        }
        self.init(uid: user.uid, gid: user.gid, groups: try Self.groups(of: descriptor), pid: user.pid)
    }

    private static func groups(of descriptor: Int32) throws -> [UInt32] {
        var room = 32
        // Twice: a list that does not fit is refused with the size that would do (socket(7)).
        for _ in 0..<2 {
            var length = socklen_t(room * MemoryLayout<UInt32>.size)
            var status: Int32 = 0
            // The kernel is told the room in bytes and writes no more than that.
            let groups = unsafe [UInt32](unsafeUninitializedCapacity: room) { buffer, filled in
                status = unsafe getsockopt(descriptor, SOL_SOCKET, peerGroups, buffer.baseAddress, &length)
                filled = status == 0 ? Int(length) / MemoryLayout<UInt32>.size : 0
            }
            if status == 0 { return groups }
            guard errno == ERANGE else { throw SystemError("read the peer's groups") }
            room = Int(length) / MemoryLayout<UInt32>.size
        }
        throw SystemError("read the peer's groups", number: ERANGE)
    }

    /// `SO_PEERGROUPS` of asm-generic/socket.h, which the module map does not show.
    private static let peerGroups: Int32 = 59
}

/// `struct ucred` of unix(7), which the module map does not show.
private struct ProcessIdentity {
    var pid: Int32 = 0
    var uid: UInt32 = .max
    var gid: UInt32 = .max
}
