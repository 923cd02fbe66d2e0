import CHashMemory
import Glibc

/// A thread of the hashing pool.
///
/// It takes no signals.
struct HashingThread: Sendable {
    /// At nice 10 the threads that answer keep their latency while all cores hash, at no loss of rate (measured).
    static let niceness: Int32 = 10

    private let handle: pthread_t

    /// Starts a thread that runs `body` once; throws when the system refuses another thread.
    init(_ body: @escaping @Sendable () -> Void) throws(HashingThreadError) {
        // A new thread inherits the mask: with everything blocked, signals go to the threads that expect them.
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }

        var handle = pthread_t()
        let context = unsafe Unmanaged.passRetained(Body(run: body))
        // Unsafe: the thread takes over the reference that was retained for it.
        let status = unsafe pthread_create(
            &handle, nil,
            { context in
                guard let context = unsafe context else { return nil }
                let body = unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
                body.run()
                sspr_hash_memory_release()
                return nil
            }, context.toOpaque())
        guard status == 0 else {
            unsafe context.release()
            throw HashingThreadError(code: status)
        }
        self.handle = handle
    }

    /// Blocks until the thread has ended; once only.
    func join() {
        pthread_join(handle, nil)
    }

    /// Lowers the priority of the calling thread, as Linux lets each thread do; false where the system forbids even
    /// that.
    static func lowerPriority() -> Bool { sspr_hash_thread_lower_priority(niceness) == 0 }

    /// The nice value of the calling thread.
    static var currentNiceness: Int32 { sspr_hash_thread_nice() }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }
}

/// The system refused to start a hashing thread.
public struct HashingThreadError: Error, Sendable, CustomStringConvertible {
    /// The system's error number.
    public let code: Int32

    /// Names the error number and the usual cause.
    public var description: String {
        "cannot start a hashing thread (error \(code)): raise TasksMax of the service or lower the number of threads"
    }
}
