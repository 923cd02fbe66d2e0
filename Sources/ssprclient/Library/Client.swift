import Glibc
public import SSPRProtocol
import StrictCBOR

/// A blocking connection to ssprd: one call at a time, each with a time limit.
///
/// Who listens is checked before the first byte is sent. A connection that the daemon closed between two calls (it does so after two minutes
/// without a call) is opened again, and checked again. Not for use by two threads at once: each takes a client of its own.
public final class Client {
    /// Where the daemon listens unless it is configured otherwise.
    public static let defaultPath = "/run/sspr/ssprd.sock"

    /// The socket's path.
    public let path: String
    /// Who may listen there.
    public let trust: ServerTrust
    /// How long connecting and a call may take together; a waiting call has its wait on top.
    public let timeout: Duration
    /// Called some ten times a second while a call waits; false gives the call up as if its time were over.
    public var whileWaiting: (() -> Bool)?

    private var connection: Connection?
    private var lastID: UInt32 = 0

    /// Connects to `path` and checks who listens.
    public init(
        connectingTo path: String = Client.defaultPath, trust: ServerTrust = .rootOrDirectoryOwner,
        timeout: Duration = .seconds(30)
    ) throws(ClientError) {
        self.path = path
        self.trust = trust
        self.timeout = timeout
        connection = try Self.trustedConnection(to: path, trust: trust, by: Deadline(in: timeout))
    }

    /// Makes a call and returns its reply; the daemon's refusal is thrown as `failure`.
    ///
    /// What was encoded and what was received is wiped before this returns.
    public func call<C: Call>(_ call: C.Type, _ request: C.Request) throws(ClientError) -> C.Reply {
        var body: [UInt8]
        do {
            body = try CBOREncoder().encode(request)
        } catch {
            throw .invalidRequest("\(C.declaration.name): \(error)")
        }
        defer { wipe(&body) }
        guard body.count <= C.declaration.requestLimit else {
            throw .invalidRequest(
                "\(C.declaration.name) takes \(C.declaration.requestLimit) bytes, this has \(body.count)")
        }
        var reply = try self.call(method: C.declaration.method, body: body, isWaiting: C.declaration.cost == .waiting)
        defer { wipe(&reply) }
        return try Self.decode(C.Reply.self, from: reply)
    }

    /// Makes the call with number `method` from an encoded request and returns the encoded reply: for tools.
    ///
    /// Both bodies are the caller's to wipe. A request longer than the call allows makes the daemon close the connection.
    public func call(method: UInt16, body: [UInt8], isWaiting: Bool = false) throws(ClientError) -> [UInt8] {
        let deadline = Deadline(in: isWaiting ? timeout + .seconds(Limits.waitSeconds) : timeout)
        let open = try openConnection(by: deadline)
        open.whileWaiting = whileWaiting
        // What the caller holds for this wait must not outlive it.
        defer { open.whileWaiting = nil }
        // After any error but the daemon's own refusal nobody knows what comes next on this connection: it is given up.
        connection = nil
        lastID &+= 1
        let asked = FrameHeader(length: UInt32(clamping: body.count), kind: .request, method: method, id: lastID)
        try Self.send(asked, body, on: open, by: deadline)
        let header = try Self.receiveHeader(answering: asked, on: open, by: deadline)
        var answer = try open.receive(Int(header.length), by: deadline)
        connection = open
        guard header.kind == .failure else { return answer }
        defer { wipe(&answer) }
        guard let failure = Failure(decoding: answer) else { throw .brokenProtocol("a failure of no known kind") }
        throw .failure(failure)
    }

    private func openConnection(by deadline: Deadline) throws(ClientError) -> Connection {
        if let connection, connection.isQuiet { return connection }
        return try Self.trustedConnection(to: path, trust: trust, by: deadline)
    }
}

extension Client {
    private static func trustedConnection(
        to path: String, trust: ServerTrust, by deadline: Deadline
    ) throws(ClientError) -> Connection {
        let connection = try Connection(to: path, by: deadline)
        guard trust.accepts(uid: connection.serverUID, at: path) else {
            throw .untrustedServer(path: path, uid: connection.serverUID)
        }
        return connection
    }

    private static func send(
        _ header: FrameHeader, _ body: [UInt8], on connection: Connection, by deadline: Deadline
    ) throws(ClientError) {
        var frame: [UInt8] = []
        // Room for all at once: growing would leave an unwiped copy behind.
        frame.reserveCapacity(FrameHeader.size + body.count)
        frame += header.bytes
        frame += body
        defer { wipe(&frame) }
        try connection.send(frame, by: deadline)
    }

    private static func receiveHeader(
        answering asked: FrameHeader, on connection: Connection, by deadline: Deadline
    ) throws(ClientError) -> FrameHeader {
        guard let header = FrameHeader(try connection.receive(FrameHeader.size, by: deadline)) else {
            throw .brokenProtocol("unknown version or kind of frame")
        }
        guard header.kind != .request else { throw .brokenProtocol("a request instead of an answer") }
        guard header.method == asked.method, header.id == asked.id else {
            throw .brokenProtocol("the answer to another call")
        }
        guard header.length <= Limits.replyBytes else { throw .brokenProtocol("a reply of \(header.length) bytes") }
        return header
    }

    private static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws(ClientError) -> T {
        do {
            return try CBORDecoder(unknownKeys: .ignore).decode(type, from: bytes)
        } catch {
            throw .brokenProtocol("\(error)")
        }
    }
}
