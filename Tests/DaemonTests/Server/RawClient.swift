import Glibc
import SSPRProtocol

/// A client that sends whatever bytes it is told to and reads whole frames back; it gives up after ten seconds.
final class RawClient: Sendable {
    struct Problem: Error {
        let what: String
        let number: Int32
    }

    struct Answer: Equatable {
        let header: FrameHeader
        let body: [UInt8]

        var failureCode: FailureCode? {
            // The map of a failure begins with its code: a1..a5 01 code.
            guard header.kind == .failure, body.count >= 3, body[1] == 1 else { return nil }
            return FailureCode(rawValue: UInt16(body[2]))
        }
    }

    let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Problem(what: "socket", number: errno) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        // Locals that outlive the calls, with their sizes.
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        precondition(bytes.count < 108)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let status = unsafe withUnsafePointer(to: address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            let number = errno
            Glibc.close(descriptor)
            throw Problem(what: "connect", number: number)
        }
    }

    deinit { Glibc.close(descriptor) }

    static func request(_ method: UInt16, _ body: [UInt8] = [0xA0], id: UInt32 = 1) -> [UInt8] {
        FrameHeader(length: UInt32(body.count), kind: .request, method: method, id: id).bytes + body
    }

    /// Sends all bytes; a peer that has closed is no error here, it shows when reading.
    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let rest = Array(bytes[sent...])
            // The array outlives the call.
            let count = unsafe Glibc.send(descriptor, rest, rest.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Sends nothing more, but still reads.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next answer; nil when the server has closed the connection.
    func receive() throws -> Answer? {
        guard let head = try read(FrameHeader.size) else { return nil }
        guard let header = FrameHeader(head) else { throw Problem(what: "header", number: 0) }
        guard let body = try read(Int(header.length)) else { throw Problem(what: "cut body", number: 0) }
        return Answer(header: header, body: body)
    }

    /// Sends a request and waits for its answer.
    func call(_ method: UInt16, _ body: [UInt8] = [0xA0], id: UInt32 = 1) throws -> Answer? {
        send(Self.request(method, body, id: id))
        return try receive()
    }

    private func read(_ count: Int) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var part = [UInt8](repeating: 0, count: count - bytes.count)
            // The kernel is told the room.
            let got = unsafe Glibc.read(descriptor, &part, part.count)
            if got == 0 || (got < 0 && errno == ECONNRESET) { return bytes.isEmpty ? nil : [] }
            guard got > 0 else { throw Problem(what: "read", number: errno) }
            bytes += part[..<got]
        }
        return bytes
    }
}
