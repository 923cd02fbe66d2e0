import Foundation
import Glibc
import SSPRProtocol
import SSPRVocabulary
import Synchronization

/// A scripted peer on a real socket in a folder of its own: it does to each connection what its script says, and keeps all it was sent.
final class FakeDaemon: Sendable {
    let path: String
    private let folder: String
    private let listener: Int32
    private let stopped = Atomic(false)
    private let state = Guarded(State())
    private let finished = DispatchSemaphore(value: 0)

    private struct State {
        var received: [UInt8] = []
        var connections = 0
    }

    /// One connection as the script sees it.
    struct Peer {
        let descriptor: Int32
        let daemon: FakeDaemon
        /// Which connection it is, from 1.
        let number: Int

        /// The next request, or nil when the client is gone.
        func next() -> (header: FrameHeader, body: [UInt8])? {
            guard let head = receive(FrameHeader.size), let header = FrameHeader(head) else { return nil }
            guard let body = receive(Int(header.length)) else { return nil }
            return (header, body)
        }

        func send(_ bytes: [UInt8]) {
            unsafe bytes.withUnsafeBytes { buffer in
                _ = unsafe Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
        }

        func reply(to header: FrameHeader, _ body: [UInt8], kind: FrameHeader.Kind = .reply) {
            send(FrameHeader(length: UInt32(body.count), kind: kind, method: header.method, id: header.id).bytes + body)
        }

        private func receive(_ count: Int) -> [UInt8]? {
            var bytes: [UInt8] = []
            while bytes.count < count {
                var part = [UInt8](repeating: 0, count: count - bytes.count)
                let got = unsafe part.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
                guard got > 0 else { return nil }
                let new = part[..<got]
                daemon.state.withLock { $0.received += new }
                bytes += new
            }
            return bytes
        }
    }

    init(_ script: @escaping @Sendable (Peer) -> Void) throws {
        var template = Array("/tmp/sspr-client-XXXXXX".utf8CString)
        guard let made = unsafe mkdtemp(&template) else { throw POSIXError(.EIO) }
        folder = unsafe String(cString: made)
        path = folder + "/s"
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(listener, 16) == 0 else { throw POSIXError(.EADDRINUSE) }
        Thread.detachNewThread { [self] in
            serve(script)
            finished.signal()
        }
    }

    /// Everything that was ever sent to it.
    var received: [UInt8] { state.withLock { $0.received } }
    /// How many connections were accepted and served to their end.
    var connections: Int { state.withLock { $0.connections } }

    /// Ends serving and removes the folder; waits until the thread is gone, so that `received` is complete.
    func stop() {
        stopped.store(true, ordering: .sequentiallyConsistent)
        // Wakes the accept.
        shutdown(listener, Int32(SHUT_RDWR))
        finished.wait()
        close(listener)
        unsafe unlink(path)
        unsafe rmdir(folder)
    }

    private func serve(_ script: (Peer) -> Void) {
        var number = 0
        while !stopped.load(ordering: .sequentiallyConsistent) {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { continue }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            number += 1
            script(Peer(descriptor: descriptor, daemon: self, number: number))
            // Ends the connection even where a program that was started meanwhile has got a copy of the descriptor.
            shutdown(descriptor, Int32(SHUT_RDWR))
            close(descriptor)
            state.withLock { $0.connections += 1 }
        }
    }
}

/// Starts a fake daemon, runs `body` with it and stops it.
func withFakeDaemon<R>(
    _ script: @escaping @Sendable (FakeDaemon.Peer) -> Void, _ body: (FakeDaemon) throws -> R
) throws -> R {
    let daemon = try FakeDaemon(script)
    defer { daemon.stop() }
    return try body(daemon)
}
