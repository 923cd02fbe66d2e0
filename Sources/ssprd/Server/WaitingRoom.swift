import NIOCore
public import SSPRDomain
import Synchronization

/// Where long calls wait for a bell without holding a thread.
///
/// It owns the server's threads.
///
/// Its state belongs to the event loop; ringing from another thread is a message to the loop.
public final class WaitingRoom: Bell, Sendable {
    let threads: ServerThreads
    let ambient: any Ambient
    let limits: ServerLimits
    private let shelf: NIOLoopBoundBox<Shelf>
    private let isClosed = Atomic(false)

    /// Who waits for what; touched on the event loop only.
    private struct Shelf {
        var waiters: [Topic: [ObjectIdentifier: Waiter]] = [:]
        var unfinished: [ObjectIdentifier: Waiter] = [:]
    }

    /// Starts the event loop and the workers of a server with these limits.
    public init(ambient: any Ambient, limits: ServerLimits = ServerLimits()) {
        threads = ServerThreads(workers: limits.workers)
        self.ambient = ambient
        self.limits = limits
        shelf = .makeBoxSendingValue(Shelf(), eventLoop: threads.loop)
    }

    /// Wakes everybody who waits for the topic.
    ///
    /// Without effect once the server has stopped.
    public func ring(_ topic: Topic) {
        guard !isClosed.load(ordering: .acquiring) else { return }
        threads.loop.execute { [shelf] in
            guard let waiters = shelf.value.waiters[topic] else { return }
            for waiter in waiters.values { waiter.rung() }
        }
    }

    /// Runs `job` on a worker again and again, with this pause between two runs, until the server stops.
    public func repeatedly(every pause: Duration, _ job: @escaping @Sendable () -> Void) {
        threads.loop.scheduleRepeatedAsyncTask(initialDelay: TimeAmount(pause), delay: TimeAmount(pause)) {
            [threads] _ in
            let done = threads.loop.makePromise(of: Void.self)
            threads.submit { isActive in
                if isActive { job() }
                done.succeed()
            }
            return done.futureResult
        }
    }

    /// True when no call is in work any more.
    var isEmpty: Bool { shelf.value.unfinished.isEmpty }

    /// The calls in work of those for whom `isMeant` is true; on the event loop only.
    func unfinished(of isMeant: (Waiter) -> Bool) -> [Waiter] { shelf.value.unfinished.values.filter(isMeant) }

    /// Ends what waits, and whatever would begin to wait.
    func abandonWaiting() {
        for waiter in shelf.value.unfinished.values { waiter.abandon() }
    }

    /// Ends all threads.
    func close() throws {
        isClosed.store(true, ordering: .releasing)
        try threads.stop()
    }

    func enter(_ waiter: Waiter) { shelf.value.unfinished[ObjectIdentifier(waiter)] = waiter }

    func leave(_ waiter: Waiter) { shelf.value.unfinished[ObjectIdentifier(waiter)] = nil }

    func register(_ waiter: Waiter, for topic: Topic) {
        shelf.value.waiters[topic, default: [:]][ObjectIdentifier(waiter)] = waiter
    }

    func unregister(_ waiter: Waiter, from topic: Topic) {
        shelf.value.waiters[topic]?[ObjectIdentifier(waiter)] = nil
        if shelf.value.waiters[topic]?.isEmpty == true { shelf.value.waiters[topic] = nil }
    }
}
