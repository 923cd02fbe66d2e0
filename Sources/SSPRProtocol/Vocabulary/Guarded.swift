#if SSPR_UNDER_THREAD_SANITIZER
    import Glibc
#else
    public import Synchronization
#endif

/// A value that one thread at a time can reach, and only through `withLock`.
///
/// It is the standard library's `Mutex`; under the thread sanitizer it is the C library's, since the sanitizer cannot see the kernel
/// hand the other one over from thread to thread and would report races where there are none.
public struct Guarded<Value>: ~Copyable, @unchecked Sendable {
    #if SSPR_UNDER_THREAD_SANITIZER
        // Its pointers never leave it. The value stands apart from the object: the sanitizer takes a change of a property for one of
        // the whole object, whose head everybody reads before the lock.
        @safe private final class Room {
            let value: UnsafeMutablePointer<Value>
            let mutex: UnsafeMutablePointer<pthread_mutex_t>

            init(_ value: sending Value) {
                unsafe self.value = .allocate(capacity: 1)
                unsafe self.value.initialize(to: value)
                unsafe mutex = .allocate(capacity: 1)
                unsafe mutex.initialize(to: pthread_mutex_t())
                unsafe pthread_mutex_init(mutex, nil)
            }

            deinit {
                unsafe pthread_mutex_destroy(mutex)
                unsafe mutex.deallocate()
                unsafe value.deinitialize(count: 1)
                unsafe value.deallocate()
            }
        }

        private let room: Room

        /// Guards a value.
        public init(_ value: sending Value) { room = Room(value) }

        /// Runs `body` with the value while no other thread has it.
        public borrowing func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            unsafe pthread_mutex_lock(room.mutex)
            defer { unsafe pthread_mutex_unlock(room.mutex) }
            return try unsafe body(&room.value.pointee)
        }
    #else
        @usableFromInline let mutex: Mutex<Value>

        /// Guards a value.
        @inlinable
        public init(_ value: sending Value) { mutex = Mutex(value) }

        /// Runs `body` with the value while no other thread has it.
        @inlinable
        public borrowing func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            try mutex.withLock(body)
        }
    #endif
}
