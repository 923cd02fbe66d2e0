import Glibc

/// A Unix stream socket that takes connections.
///
/// It either stands at a path of the daemon's own, in a directory that nobody else can write, or came from the service manager. The
/// server that takes connections from it also closes its descriptor.
public final class ListeningSocket: Sendable {
    /// The socket; never inherited by a child.
    public let descriptor: Int32

    private let name: OwnName?

    /// The name that `bind` made, with what it takes to remove that one and no other.
    private struct OwnName: Sendable {
        let directory: TrustedDirectory
        let name: String
        let identity: FileIdentity
    }

    /// Wraps a listening descriptor from elsewhere; `remove` does nothing for it.
    init(inherited descriptor: Int32) {
        self.descriptor = descriptor
        name = nil
    }

    private init(descriptor: Int32, name: OwnName) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Makes a socket at an absolute path; throws `ListeningSocketError`.
    ///
    /// A socket that is left from a daemon that died is replaced; one at which somebody answers is not. Who may *connect* is `mode`;
    /// what a connection may do is decided by its credentials, so that each of the two suffices alone (attack D8).
    public static func bind(path: String, mode: UInt32 = 0o666) throws -> ListeningSocket {
        try bind(at: SocketPlace(path: path), mode: mode)
    }

    /// The same at a place that was looked at before.
    public static func bind(at place: SocketPlace, mode: UInt32 = 0o666) throws -> ListeningSocket {
        try place.whileLocked {
            try place.clear()
            let (descriptor, identity) = try place.listen(mode: mode)
            return ListeningSocket(
                descriptor: descriptor, name: OwnName(directory: place.directory, name: place.name, identity: identity))
        }
    }

    /// Lets as many connections wait to be accepted as the kernel allows, whatever was set before.
    public func listen() throws { try Self.listen(on: descriptor) }

    static func listen(on descriptor: Int32) throws {
        // The kernel lowers the number to net.core.somaxconn.
        guard Glibc.listen(descriptor, 4096) == 0 else { throw ListeningSocketError.system(SystemError("listen")) }
    }

    /// Removes the name from its directory, unless another daemon has put its own socket there since.
    public func remove() throws {
        guard let name, try FileIdentity(name.name, in: name.directory.descriptor) == name.identity else { return }
        // The name is lent to the call only.
        guard unsafe unlinkat(name.directory.descriptor, name.name, 0) == 0 else {
            throw ListeningSocketError.system(SystemError("remove the socket"))
        }
    }
}
