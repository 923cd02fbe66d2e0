import NIOCore
import SSPRProtocol

/// What one server takes on at once and how long it waits; every number has a reason and a test.
public struct ServerLimits: Sendable {
    /// How long a whole frame may take from its first byte.
    public var frame: Duration = .seconds(Limits.frameSeconds)
    /// How long a connection may say nothing while no call of it is in work.
    public var idle: Duration = .seconds(Limits.idleSeconds)
    /// How long a peer may leave its answers unread once they fill the write buffer.
    public var unread: Duration = .seconds(10)
    /// Threads that run calls which wait for the store or for hashing: more than cores, because most of them wait.
    public var workers = 16
    /// Calls that may wait for a thread; one more is told `busy` at once instead of waiting longer than its peer would.
    public var queued = 64
    /// Of all calls in work, how many only peers with a reserved seat may take.
    public var reservedWork = 16
    /// Calls in work of one uid that holds no role: it may slow itself, nobody else.
    public var workPerPerson = 8
    /// Connections of one uid without a reserved seat.
    public var seatsPerUID = 64
    /// Connections in all; nil: as many as the descriptor limit leaves, at most 16384.
    public var seats: Int?
    /// Connections that only agents, administrators and root may take, and as many again that are for peers with any role.
    public var reservedSeats = 32
    /// Long calls of one uid that wait at the same time.
    public var waitersPerUID = 64

    /// The limits of the product.
    public init() {}

    /// The seats under a limit of `descriptors` open ones.
    ///
    /// The rest is for the store, the keys, the log and the loop itself.
    static func seats(descriptors: Int) -> Int {
        let kept = min(64, descriptors / 2)
        return max(1, min(16_384, descriptors - kept))
    }

    /// How often deadlines are looked at: often enough to be late by a twentieth, seldom enough to cost nothing.
    var tick: Duration { max(.milliseconds(5), min(frame, idle, unread) / 20) }

    /// How many ticks must have passed for at least `duration` to be over.
    func ticks(_ duration: Duration) -> Int { Int((duration / tick).rounded(.up)) + 1 }
}
