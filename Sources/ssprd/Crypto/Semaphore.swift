import Glibc

/// A counting semaphore (`sem_overview(7)`).
@safe
final class Semaphore: @unchecked Sendable {
    // The system's functions are safe from any thread; the class gives the semaphore an address that stays.
    private let raw: UnsafeMutablePointer<sem_t>

    init() {
        unsafe raw = .allocate(capacity: 1)
        unsafe raw.initialize(to: sem_t())
        precondition(unsafe sem_init(raw, 0, 0) == 0, "a semaphore can begin at 0")
    }

    deinit {
        unsafe sem_destroy(raw)
        unsafe raw.deallocate()
    }

    /// Wakes one who waits, now or later.
    func signal() {
        precondition(unsafe sem_post(raw) == 0, "a semaphore counts to two thousand million")
    }

    /// Blocks the thread until there is a signal, and takes it.
    func wait() {
        while unsafe sem_wait(raw) != 0 {
            precondition(errno == EINTR, "waiting ends early only for a signal handler")
        }
    }
}
