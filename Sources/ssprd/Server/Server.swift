public import Logging
import NIOCore
import NIOPosix
public import SSPRPlatform
import SSPRProtocol
public import SSPRVocabulary

/// The daemon's front: accepts connections, knows who they are, and hands their requests to the table.
///
/// Its functions block their caller and are meant for the main thread; they must not be called from the event loop or a worker.
public final class Server: Sendable {
    /// What belongs to the event loop.
    private struct Inside {
        var door: Door
        var roster: Roster
        var listeners: [any Channel] = []
    }

    private let room: WaitingRoom
    private let dispatcher: Dispatcher
    private let inside: NIOLoopBoundBox<Inside>
    private let logger: Logger

    private var loop: any EventLoop { room.threads.loop }

    /// Joins the parts; throws `RoleMap.Problem` for a map that gives a role to strangers, `SystemError` when the kernel does not say
    /// what it must.
    ///
    /// `owns` says whether an account carries a uid. It runs on a worker and may ask the store.
    public init(
        table: CallTable, roles: RoleMap, room: WaitingRoom, logger: Logger,
        owns: @escaping @Sendable (AccountName, UInt32) throws -> Bool
    ) throws {
        let overflow = try OverflowIDs.current()
        try roles.validate(overflow: overflow)
        let limits = room.limits
        let seats = try limits.seats ?? ServerLimits.seats(descriptors: DescriptorLimit.current())
        let admission = Admission(limits: limits, seats: seats)
        self.room = room
        self.logger = logger
        dispatcher = Dispatcher(
            table: .makeBoxSendingValue(table, eventLoop: room.threads.loop), owns: owns, admission: admission,
            failures: FailureMapping(ambient: room.ambient, logger: logger), room: room)
        let loop = room.threads.loop
        inside = .makeBoxSendingValue(
            Inside(
                door: Door(roles: roles, overflow: overflow, admission: admission, logger: logger),
                roster: Roster(limits: limits, loop: loop, logger: logger)),
            eventLoop: loop)
    }

    /// Takes connections from these sockets, whose descriptors it then owns; throws what NIO says about them.
    public func start(on sockets: [ListeningSocket]) throws {
        for socket in sockets {
            let channel = try bootstrap.withBoundSocket(socket.descriptor).wait()
            // NIO has listened once more, with a backlog of 128.
            try socket.listen()
            try loop.submit { self.inside.value.listeners.append(channel) }.wait()
        }
    }

    /// Puts another table and another map of roles in force, both at once; throws `RoleMap.Problem`, and `CallsOutlive`.
    ///
    /// A call that was begun keeps the row that it was given. When this returns, every connection whose roles are others now is closed, and
    /// no call of its peer is in work any more (invariant I20); who asked for the change itself is answered before the end.
    public func put(_ table: CallTable, roles: RoleMap, within time: Duration = .seconds(10)) throws {
        try roles.validate()
        let answered = ReloadConfiguration.declaration.method
        let last = try loop.submit {
            self.dispatcher.table.value = table
            let hasChanged = self.inside.value.door.replace(roles)
            // A copy: connections leave the roster while they are closed.
            for connection in Array(self.inside.value.roster.connections) where hasChanged(connection.peer) {
                if connection.methodInWork == answered { connection.drain() } else { connection.cut() }
            }
            let last = self.room.unfinished { hasChanged($0.peer) && $0.method != answered }
            return NIOLoopBound(last, eventLoop: self.loop)
        }.wait()
        let deadline = NIODeadline.now() + TimeAmount(time)
        guard try until(deadline, { last.value.allSatisfy(\.isOver) }) else { throw CallsOutlive(time: time) }
    }

    /// Stops: takes no connection and no request any more, finishes what is in work, gives up what waits, closes.
    ///
    /// True when everything ended in time and all threads are gone; otherwise the process had better end now (invariant I21).
    public func stop(within time: Duration = .seconds(5)) throws -> Bool {
        let deadline = NIODeadline.now() + TimeAmount(time)
        for listener in try loop.submit({ self.inside.value.listeners }).wait() {
            do {
                try close(listener)
            } catch ChannelError.alreadyClosed {
                logger.debug("a listening socket was closed already")
            }
        }
        try loop.submit {
            self.room.abandonWaiting()
            // A copy: connections leave the roster while they are drained.
            for connection in Array(self.inside.value.roster.connections) { connection.drain() }
        }.wait()
        guard try isQuiet(by: deadline) else {
            logger.warning("not everything ended within \(time)")
            try loop.submit {
                for connection in Array(self.inside.value.roster.connections) { connection.cut() }
            }.wait()
            return false
        }
        try room.close()
        return true
    }

    /// The connections that are open.
    public var connectionCount: Int {
        get throws { try loop.submit { self.inside.value.roster.connections.count }.wait() }
    }

    private func close(_ listener: any Channel) throws { try listener.close().wait() }

    /// Waits until all connections and calls are over; false at the deadline.
    private func isQuiet(by deadline: NIODeadline) throws -> Bool {
        try until(deadline) { self.inside.value.roster.connections.isEmpty && self.room.isEmpty }
    }

    /// Looks every few milliseconds, on the event loop, whether something is so; false at the deadline.
    private func until(_ deadline: NIODeadline, _ isSo: @escaping @Sendable () -> Bool) throws -> Bool {
        let end = loop.makePromise(of: Bool.self)
        let look = loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(5)) { task in
            let isOver = isSo()
            guard isOver || NIODeadline.now() >= deadline else { return }
            task.cancel()
            end.succeed(isOver)
        }
        defer { look.cancel() }
        return try end.futureResult.wait()
    }

    private var bootstrap: ServerBootstrap {
        ServerBootstrap(group: room.threads.eventLoops)
            // Turning a flood away is cheap, waiting behind it in the backlog is not: take many at a time (attack F1).
            .serverChannelOption(.maxMessagesPerRead, value: 256)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(AcceptPause()) }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.welcome(channel) }
            }
    }

    /// Seats a fresh connection; throws to have it closed.
    ///
    /// Runs on the event loop.
    private func welcome(_ channel: any Channel) throws {
        let inside = inside.value
        let peer = try inside.door.admit(channel)
        do {
            // Set here and not in the bootstrap, which would make a future for each.
            try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
            // Small reads: a peer that pipelines gets a few dozen answers in its turn, not hundreds, and others get theirs (attack F1).
            try channel.syncOptions?.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 512))
            try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            try channel.pipeline.syncOperations.addHandler(
                Connection(peer: peer, dispatcher: dispatcher, roster: inside.roster))
        } catch {
            inside.door.turnAway(peer)
            throw error
        }
    }
}

/// Calls of peers that have lost a role are still in work: the change is in force, and not yet true of these.
public struct CallsOutlive: Error, CustomStringConvertible {
    let time: Duration

    /// For the log.
    public var description: String { "calls of peers whose roles have changed did not end within \(time)" }
}
