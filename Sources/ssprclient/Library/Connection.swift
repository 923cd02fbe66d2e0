import Glibc
import StrictCBOR

/// A connected Unix stream socket on which everything has a deadline; closed when it goes out of use.
///
/// It is non-blocking, closed on exec, and its descriptor is never one of the standard three: a process that was started without them
/// must not write its messages into the protocol.
final class Connection {
    private let descriptor: Int32

    /// The uid of the process that listens, from the kernel.
    let serverUID: UInt32
    /// See `Client.whileWaiting`.
    var whileWaiting: (() -> Bool)?

    /// Connects to `path`.
    init(to path: String, by deadline: Deadline) throws(ClientError) {
        descriptor = try Self.connected(to: path, by: deadline)
        guard let uid = Self.peerUID(of: descriptor) else {
            close(descriptor)
            throw .daemonUnreachable(path: path, reason: Self.reason(errno))
        }
        serverUID = uid
    }

    deinit { close(descriptor) }

    /// True when nothing has come and the other side has not closed: what an idle connection must look like before it is used again.
    var isQuiet: Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // The pointer is used within the call only.
        return unsafe Glibc.poll(&poll, 1, 0) == 0
    }

    /// Sends all of `bytes`.
    func send(_ bytes: [UInt8], by deadline: Deadline) throws(ClientError) {
        var done = 0
        while done < bytes.count {
            // MSG_NOSIGNAL: a daemon that is gone is an error to report, not a SIGPIPE. `done` never passes the end of the buffer.
            let sent = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, Int32(MSG_NOSIGNAL))
            }
            if sent > 0 {
                done += sent
            } else {
                try wait(for: POLLOUT, afterErrno: sent < 0 ? errno : EAGAIN, by: deadline)
            }
        }
    }

    /// Receives exactly `count` bytes.
    func receive(_ count: Int, by deadline: Deadline) throws(ClientError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        do throws(ClientError) {
            while done < count {
                // `done` stays below `count`, so the kernel writes inside the buffer.
                let received = unsafe bytes.withUnsafeMutableBytes { buffer in
                    unsafe recv(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, 0)
                }
                if received > 0 {
                    done += received
                } else if received == 0 {
                    throw .connectionLost
                } else {
                    try wait(for: POLLIN, afterErrno: errno, by: deadline)
                }
            }
        } catch {
            // Half an answer may hold half a secret.
            wipe(&bytes)
            throw error
        }
        return bytes
    }

    /// Waits until the socket is ready after a call that ended with `code`; throws when that was not "try again", or when time is up.
    private func wait(for events: Int32, afterErrno code: Int32, by deadline: Deadline) throws(ClientError) {
        if code == EINTR { return }
        guard code == EAGAIN else { throw .connectionLost }
        var poll = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        let left = deadline.remaining
        let part = whileWaiting == nil ? left : min(left, 100)
        // The pointer is used within the call only. An interrupted poll is made good by the caller's next try.
        let ready = unsafe Glibc.poll(&poll, 1, part)
        if ready == 0, part == left { throw .timedOut }
        if ready <= 0, let whileWaiting, !whileWaiting() { throw .timedOut }
    }
}

extension Connection {
    private static func connected(to path: String, by deadline: Deadline) throws(ClientError) -> Int32 {
        guard var address = address(of: path) else {
            throw .daemonUnreachable(path: path, reason: "a socket's path has 1 to 107 bytes")
        }
        let descriptor = try socket(for: path)
        while true {
            // The kernel reads an address of exactly this type and size within the call.
            let result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { rebound in
                    unsafe connect(descriptor, rebound, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            if result == 0 { return descriptor }
            let code = errno
            // EAGAIN: the daemon's queue of new connections is full, which a Unix socket offers no event for.
            guard code == EAGAIN || code == EINTR else {
                close(descriptor)
                throw .daemonUnreachable(path: path, reason: reason(code))
            }
            let remaining = deadline.remaining
            guard remaining > 0 else {
                close(descriptor)
                throw .timedOut
            }
            // No descriptors: a pause of at most 5 ms.
            poll(nil, 0, min(remaining, 5))
        }
    }

    private static func socket(for path: String) throws(ClientError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = Glibc.socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw .daemonUnreachable(path: path, reason: reason(errno)) }
        guard descriptor <= STDERR_FILENO else { return descriptor }
        defer { close(descriptor) }
        let higher = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
        guard higher >= 0 else { throw .daemonUnreachable(path: path, reason: reason(errno)) }
        return higher
    }

    private static func address(of path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        // One byte stays zero: the end of the path.
        guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else {
            return nil
        }
        // The field is an array of bytes, and the guard has compared its size.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        return address
    }

    /// The uid at the other end; nil with `errno` set when the kernel does not say.
    private static func peerUID(of descriptor: Int32) -> UInt32? {
        /// The kernel's `struct ucred`, which Glibc's module does not show.
        struct Credentials {
            var pid: Int32 = 0
            var uid: UInt32 = .max
            var gid: UInt32 = .max
        }
        var credentials = Credentials()
        var size = socklen_t(MemoryLayout<Credentials>.size)
        // The kernel writes at most `size` bytes, which is what there is room for.
        let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size)
        return result == 0 ? credentials.uid : nil
    }

    private static func reason(_ code: Int32) -> String {
        // The text is copied at once.
        unsafe String(cString: strerror(code)).lowercased()
    }
}
