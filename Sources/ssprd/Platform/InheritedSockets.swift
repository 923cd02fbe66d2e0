import Glibc

extension ListeningSocket {
    /// Takes the sockets that the service manager has opened (sd_listen_fds(3)), and removes the variables that name
    /// them, so that no child believes them its own.
    ///
    /// Empty when there are none for this process; throws `ListeningSocketError`.
    ///
    /// `only`, when given, leaves out descriptors whose name in `LISTEN_FDNAMES` is another.
    public static func inherited(only wanted: String? = nil) throws -> [ListeningSocket] {
        let names = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]
        // getenv's text is copied at once; the start is single-threaded.
        let values = names.map { name in unsafe getenv(name).map { unsafe String(cString: $0) } }
        for name in names { unsafe unsetenv(name) }
        return try inherited(pid: values[0], count: values[1], names: values[2], first: 3, only: wanted)
    }

    /// The same over given values; `first` is the lowest descriptor, 3 by the manager's convention.
    static func inherited(
        pid: String?, count: String?, names: String?, first: Int32, only wanted: String?
    ) throws -> [ListeningSocket] {
        guard let pid, let count, Int32(pid) == getpid() else { return [] }
        guard let number = Int32(count), (0...64).contains(number) else {
            throw ListeningSocketError.unclearEnvironment(count)
        }
        let labels = names?.split(separator: ":", omittingEmptySubsequences: false).map(String.init) ?? []
        var sockets: [ListeningSocket] = []
        for (place, descriptor) in (first..<first + number).enumerated() {
            guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
                throw ListeningSocketError.unfitDescriptor(descriptor)
            }
            if let wanted, !labels.indices.contains(place) || labels[place] != wanted { continue }
            guard option(SO_DOMAIN, of: descriptor) == AF_UNIX,
                option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue),
                option(SO_ACCEPTCONN, of: descriptor) == 1
            else { throw ListeningSocketError.unfitDescriptor(descriptor) }
            sockets.append(ListeningSocket(inherited: descriptor))
        }
        return sockets
    }

    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // The kernel writes at most `length` bytes into a local of that size.
        guard unsafe getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 else { return nil }
        return value
    }
}
