import NIOCore
import NIOPosix

/// The threads of a server: one event loop, and workers that may block.
///
/// Workers run at normal priority: they mostly wait. Hashing has threads of its own, which are nice.
struct ServerThreads: Sendable {
    let loop: any EventLoop
    private let group: MultiThreadedEventLoopGroup
    private let workers: NIOThreadPool

    init(workers count: Int) {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loop = group.next()
        workers = NIOThreadPool(numberOfThreads: count)
        workers.start()
    }

    var eventLoops: any EventLoopGroup { group }

    /// Runs `job` on a worker.
    ///
    /// How much may queue is decided by `Admission` before, never here: what was admitted must run.
    ///
    /// False when the workers have been stopped.
    func submit(_ job: @escaping @Sendable (_ isActive: Bool) -> Void) {
        workers.submit { state in job(state == .active) }
    }

    /// Ends all threads; only when nothing is left to run.
    func stop() throws {
        try workers.syncShutdownGracefully()
        try group.syncShutdownGracefully()
    }
}
