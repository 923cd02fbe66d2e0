import Logging
import NIOCore

/// The connections of a server, and the slow clock by which their deadlines are told.
///
/// It belongs to the event loop.
///
/// One clock for all: a timer for each connection would cost more memory than the connection's own state.
final class Roster {
    /// Ticks since there were connections; deadlines are differences of it.
    private(set) var now = 0
    private(set) var connections: [Connection] = []

    /// Ticks that must pass until each deadline is over.
    let frameTicks: Int
    let idleTicks: Int
    let unreadTicks: Int

    /// Where answers from memory are put together; NIO has let go of it after nearly every flush, so it is made once.
    var scratch = ByteBuffer()

    let logger: Logger
    /// Whether every call is to be logged; asked once, not for each.
    let logsCalls: Bool
    let unframeable = LogThrottle()
    private let loop: any EventLoop
    private let tick: TimeAmount
    private var clock: RepeatedTask?

    init(limits: ServerLimits, loop: any EventLoop, logger: Logger) {
        frameTicks = limits.ticks(limits.frame)
        idleTicks = limits.ticks(limits.idle)
        unreadTicks = limits.ticks(limits.unread)
        tick = TimeAmount(limits.tick)
        self.loop = loop
        self.logger = logger
        logsCalls = logger.logLevel <= .debug
    }

    func add(_ connection: Connection) {
        connection.place = connections.count
        connections.append(connection)
        guard clock == nil else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        clock = loop.scheduleRepeatedTask(initialDelay: tick, delay: tick) { _ in bound.value.turn() }
    }

    func remove(_ connection: Connection) {
        let last = connections.count - 1
        guard let place = connection.place, last >= 0 else { return }
        connections.swapAt(place, last)
        connections[place].place = place
        connections.removeLast()
        connection.place = nil
    }

    private func turn() {
        now += 1
        // From the end: a connection that closes itself takes its place out of the list.
        for place in connections.indices.reversed() where place < connections.count {
            connections[place].checkDeadlines()
        }
        guard connections.isEmpty else { return }
        clock?.cancel()
        clock = nil
    }
}
