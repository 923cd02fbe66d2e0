import Glibc

/// The address of a Unix socket in the kernel's form.
struct UnixAddress {
    /// The longest path: the last of the 108 bytes is the terminating zero (unix(7)).
    static let longestPath = 107

    private var address = sockaddr_un()
    private let length: socklen_t

    /// Takes a path, or a name in the abstract namespace when it begins with `@`; nil when it is empty or longer than 107 bytes.
    init?(_ path: String) {
        var bytes = Array(path.utf8)
        guard (1...Self.longestPath).contains(bytes.count), !bytes.contains(0) else { return nil }
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        address.sun_family = sa_family_t(AF_UNIX)
        // The length was checked against the field above, and the rest of the field is zero.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        // An abstract name is as long as it is said to be; a path ends with its zero.
        let header = MemoryLayout<sockaddr_un>.size - 108
        length = socklen_t(header + bytes.count + (isAbstract ? 0 : 1))
    }

    /// Lends the address as the calls of sys/socket.h want it.
    func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        // sockaddr is the common head of all socket addresses: the cast is the documented way to pass one (bind(2)).
        unsafe withUnsafePointer(to: address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }
}
