import Glibc
import SSPRClient
public import SSPRProtocol

/// Where the daemon is and whom the agent takes for it.
public struct DaemonAddress: Sendable {
    /// The socket's path when nothing else is said.
    public static var standardSocket: String { Client.defaultPath }

    let socket: String
    let trust: ServerTrust

    /// Reads `--socket` and `--server-uid`.
    public init(_ options: AgentOptions) throws(UsageError) {
        socket = options["socket"] ?? Self.standardSocket
        if let text = options["server-uid"] {
            guard let uid = UInt32(text) else { throw UsageError("--server-uid needs a number") }
            trust = .uid(uid)
        } else {
            trust = .rootOrDirectoryOwner
        }
    }
}

/// Why a call has no answer.
public enum LinkError: Error {
    /// The daemon refused it.
    case refused(Failure)
    /// The daemon could not be reached in time.
    case away
    /// The request cannot be sent at all.
    case impossible(String)
}

extension LinkError: CustomStringConvertible {
    /// One line for the log.
    public var description: String {
        switch self {
        case .refused(let failure): "refused: \(failure.code.name)"
        case .away: "the daemon cannot be reached"
        case .impossible(let reason): reason
        }
    }
}

/// A connection that comes back: calls wait for a daemon that is away.
///
/// For one thread.
public final class DaemonLink {
    private let address: DaemonAddress
    private let log: AgentLog
    private var client: Client?
    private var isAway = false
    private var lastRefusal: FailureCode?
    private var wait = DaemonLink.shortest

    /// How long connecting and answering may take; the wait of a long call comes on top.
    private static let timeout = Duration.seconds(10)
    private static let shortest = Duration.seconds(1)
    private static let longest = Duration.seconds(30)

    /// Connects with the first call.
    public init(_ address: DaemonAddress, log: AgentLog) {
        self.address = address
        self.log = log
    }

    /// Makes a call; while the daemon is away it is tried again, until `deadline` when there is one.
    public func call<C: Call>(
        _ call: C.Type, _ request: C.Request, until deadline: ContinuousClock.Instant? = nil
    ) throws(LinkError) -> C.Reply {
        while true {
            do throws(ClientError) {
                let reply = try connected().call(call, request)
                back()
                return reply
            } catch {
                if case .failure(let failure) = error {
                    if isAway { back() }
                    throw .refused(failure)
                }
                if case .invalidRequest = error { throw .impossible(error.description) }
                client = nil
                if !isAway { log.note("\(error); trying until the daemon answers") }
                isAway = true
            }
            if let deadline, ContinuousClock.now + wait >= deadline { throw .away }
            pause()
        }
    }

    /// Waits after a claim that was refused, longer each time; says so once for each kind of refusal.
    public func pause(after error: LinkError) {
        if case .refused(let failure) = error, failure.code != lastRefusal {
            lastRefusal = failure.code
            log.note("the daemon refuses to hand out work (\(failure.code.name)): \(failure.code.summary)")
        }
        pause()
    }

    private func connected() throws(ClientError) -> Client {
        if let client { return client }
        let fresh = try Client(connectingTo: address.socket, trust: address.trust, timeout: Self.timeout)
        client = fresh
        return fresh
    }

    private func back() {
        if isAway { log.note("the daemon answers again") }
        isAway = false
        lastRefusal = nil
        wait = Self.shortest
    }

    private func pause() {
        var time = timespec(tv_sec: Int(wait.components.seconds), tv_nsec: 0)
        // Interrupted means a shorter pause, which does no harm. The pointers live for the call only.
        unsafe nanosleep(&time, nil)
        wait = min(wait * 2, Self.longest)
    }
}
