import Glibc

/// The numbers under which the kernel shows ids that have no place in this user namespace: they are nobody (attack D5).
public struct OverflowIDs: Hashable, Sendable {
    /// Stands for every uid without a mapping.
    public let uid: UInt32
    /// Stands for every gid without a mapping.
    public let gid: UInt32

    /// Names the numbers; the kernel's own unless somebody changed them.
    public init(uid: UInt32 = 65_534, gid: UInt32 = 65_534) {
        self.uid = uid
        self.gid = gid
    }

    /// Reads `/proc/sys/kernel/overflowuid` and `overflowgid`; throws `SystemError` when they cannot be read.
    public static func current() throws -> OverflowIDs {
        OverflowIDs(
            uid: try number(in: "/proc/sys/kernel/overflowuid"), gid: try number(in: "/proc/sys/kernel/overflowgid"))
    }

    private static func number(in path: String) throws -> UInt32 {
        // The path is lent to the call only.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("open \(path)") }
        defer { close(descriptor) }
        var count = 0
        // read(2) is told the room and says how much of it was filled.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 32) { room, filled in
            count = unsafe read(descriptor, room.baseAddress, room.count)
            filled = max(count, 0)
        }
        guard count >= 0 else { throw SystemError("read \(path)") }
        let digits = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard let number = UInt32(digits) else { throw SystemError("understand \(path)", number: EINVAL) }
        return number
    }
}
