import SSPRVocabulary

/// One hash on its way through the pool; its caller waits until a pool thread has computed it.
final class HashingJob: Sendable {
    typealias Outcome = Result<Argon2id.Output, HashingError>

    private let work: @Sendable () throws(HashingError) -> Argon2id.Output
    private let outcome = Guarded<Outcome?>(nil)
    private let done = Semaphore()

    init(_ work: @escaping @Sendable () throws(HashingError) -> Argon2id.Output) {
        self.work = work
    }

    /// Computes the hash on the calling thread.
    func run() -> Outcome { Result(catching: work) }

    /// Wakes the caller with the outcome.
    func deliver(_ outcome: Outcome) {
        self.outcome.withLock { $0 = outcome }
        done.signal()
    }

    /// Blocks until the outcome is delivered.
    func tag() throws(HashingError) -> [UInt8] {
        done.wait()
        guard let outcome = outcome.withLock({ $0 }) else { fatalError("a delivered job has an outcome") }
        return try outcome.get().tag
    }
}

/// What a pool has done since its start.
public struct HashingCounts: Sendable, Equatable {
    /// Hashes computed.
    public var hashed = 0
    /// Calls refused because every place was taken.
    public var refused = 0
    /// Hashes that found their thread's memory kept from before.
    public var reusedMemory = 0
    /// Hashes for which a thread mapped memory that it then kept.
    public var freshMemory = 0
    /// Threads whose priority the system refused to lower: answers will be slow while they hash.
    public var threadsAtFullPriority = 0
}

/// The bounded line in front of the pool's threads; first come, first served.
final class HashingQueue: Sendable {
    private struct State {
        var waiting: [HashingJob] = []
        var inFlight = 0
        var isStopped = false
        var counts = HashingCounts()
    }

    private let state = Guarded(State())
    private let available = Semaphore()
    private let threads: Int
    private let capacity: Int

    /// At most `threads` hashes are computed and at most `places` wait.
    init(threads: Int, places: Int) {
        self.threads = threads
        capacity = threads + places
    }

    /// What has been done.
    var counts: HashingCounts { state.withLock { $0.counts } }

    /// How many are computed or wait now, and whether anybody is let in.
    var occupancy: (inFlight: Int, isStopped: Bool) { state.withLock { ($0.inFlight, $0.isStopped) } }

    /// Lines up a job; false, and nothing done, when every place is taken or the queue has stopped.
    func offer(_ job: HashingJob) -> Bool {
        let isAdmitted = state.withLock { state in
            guard !state.isStopped, state.inFlight < capacity else {
                state.counts.refused += 1
                return false
            }
            state.inFlight += 1
            state.waiting.append(job)
            return true
        }
        if isAdmitted { available.signal() }
        return isAdmitted
    }

    /// Blocks until there is a job; nil when the queue has stopped and is empty.
    func next() -> HashingJob? {
        while true {
            available.wait()
            let (job, isStopped) = state.withLock { state in
                (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isStopped)
            }
            if job != nil || isStopped { return job }
        }
    }

    /// Frees the place of a job from `next`.
    ///
    /// To be called before its caller is woken: who comes back at once must find the place free.
    func leave(_ outcome: HashingJob.Outcome) {
        state.withLock { state in
            state.inFlight -= 1
            guard case .success(let output) = outcome else { return }
            state.counts.hashed += 1
            switch output.memory {
            case .reused: state.counts.reusedMemory += 1
            case .fresh: state.counts.freshMemory += 1
            case .unused: break
            }
        }
    }

    /// Notes that a thread could not lower its priority, for the start-up log.
    func noteFullPriority() {
        state.withLock { $0.counts.threadsAtFullPriority += 1 }
    }

    /// Lets nobody in any more and wakes every thread; what is in line is still hashed.
    func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        if isFirst { for _ in 0..<threads { available.signal() } }
    }
}
