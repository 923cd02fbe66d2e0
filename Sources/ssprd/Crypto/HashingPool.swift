import Glibc
public import SSPRDomain
public import SSPRVocabulary

/// Argon2id on a fixed number of low-priority threads behind a bounded line (attack F4, I17).
///
/// Memory stays below `memoryCeiling` however many ask at once: who finds every place taken is refused at once with
/// `HasherBusy`, and nothing was hashed. Each thread keeps its memory from hash to hash and wipes it after each.
public final class HashingPool: SecretHasher {
    /// The cost of new verifiers.
    public let cost: HashingCost
    /// How many hashes are computed at once.
    public let threads: Int
    /// How many calls may wait for a thread.
    public let places: Int
    /// A verifier that no secret satisfies, at the configured cost: its tag was drawn, not computed.
    public let decoy: Verifier

    /// Places where nothing else is said.
    public static let standardPlaces = 8

    private let peppers: Peppers
    private let queue: HashingQueue
    private let crew = Guarded<[HashingThread]>([])

    /// Starts the threads, one for each processor unless told otherwise.
    ///
    /// Throws `HashingThreadError`.
    public convenience init(
        keys: KeyRing, cost: HashingCost = .standard, threads: Int = HashingPool.onlineProcessors,
        places: Int = HashingPool.standardPlaces
    ) throws {
        try self.init(keys: keys, cost: cost, threads: threads, places: places, beforeHash: {})
    }

    /// As above; `beforeHash` runs on the pool's thread before each hash, so that a test can hold the threads.
    init(
        keys: KeyRing, cost: HashingCost, threads: Int, places: Int, beforeHash: @escaping @Sendable () -> Void
    ) throws(HashingThreadError) {
        precondition(threads > 0 && places >= 0, "a pool has a thread, and no negative number of places")
        self.cost = cost
        self.threads = threads
        self.places = places
        peppers = Peppers(keys: keys)
        decoy = Verifier(
            passes: cost.passes, memoryKiB: cost.memoryKiB, salt: SystemRandom.random(Argon2id.saltLength),
            tag: SystemRandom.random(Argon2id.tagLength), pepper: peppers.newest)
        queue = HashingQueue(threads: threads, places: places)

        let ordinary = Self.keptBytes(cost)
        for _ in 0..<threads {
            let thread = try HashingThread { [queue] in
                if !HashingThread.lowerPriority() { queue.noteFullPriority() }
                while let job = queue.next() {
                    beforeHash()
                    let outcome = job.run()
                    // A verifier from the days of a higher cost must not raise the ceiling for good.
                    if Argon2id.keptBytes > ordinary { Argon2id.releaseMemory() }
                    queue.leave(outcome)
                    job.deliver(outcome)
                }
            }
            crew.withLock { $0.append(thread) }
        }
    }

    deinit { stop() }

    /// The processors that are online now.
    public static var onlineProcessors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// The most memory that hashing holds at the configured cost, in bytes.
    public var memoryCeiling: Int { threads * Self.keptBytes(cost) }

    /// What has been done since the start.
    public var counts: HashingCounts { queue.counts }

    /// How many calls are being hashed or wait, and whether the pool has been told to stop.
    var occupancy: (inFlight: Int, isStopped: Bool) { queue.occupancy }

    /// Hashes a secret under fresh salt at the configured cost.
    ///
    /// Blocks the calling thread. Throws `HasherBusy` when every place is taken or the pool has stopped, `HashingError`
    /// otherwise.
    public func verifier(for secret: Secret) throws -> Verifier {
        let salt = SystemRandom.random(Argon2id.saltLength)
        let tag = try hash(secret, salt: salt, cost: cost, pepper: peppers.newest)
        return Verifier(
            passes: cost.passes, memoryKiB: cost.memoryKiB, salt: salt, tag: tag, pepper: peppers.newest)
    }

    /// Checks a secret at the verifier's own cost.
    ///
    /// Blocks the calling thread. Throws `HasherBusy` when every place is taken or the pool has stopped, `HashingError`
    /// otherwise.
    public func verify(_ secret: Secret, against verifier: Verifier) throws -> Bool {
        let cost: HashingCost
        do {
            cost = try HashingCost(passes: verifier.passes, memoryKiB: verifier.memoryKiB)
        } catch {
            throw HashingError.damagedVerifier(error.description)
        }
        guard verifier.salt.count == Argon2id.saltLength, verifier.tag.count == Argon2id.tagLength else {
            throw HashingError.damagedVerifier(
                "a salt of \(verifier.salt.count) and a tag of \(verifier.tag.count) bytes")
        }
        let tag = try hash(secret, salt: verifier.salt, cost: cost, pepper: verifier.pepper)
        return constantTimeEqual(tag, verifier.tag)
    }

    /// True for less work than new verifiers cost, or an older pepper.
    public func isOutdated(_ verifier: Verifier) -> Bool {
        func work(_ passes: UInt32, _ memoryKiB: UInt32) -> UInt64 { UInt64(passes) * UInt64(memoryKiB) }
        return work(verifier.passes, verifier.memoryKiB) < work(cost.passes, cost.memoryKiB)
            || verifier.pepper < peppers.newest
    }

    /// Lets nobody in any more, hashes what is in line, and ends the threads.
    ///
    /// Returns when they have ended; may be called again.
    public func stop() {
        queue.stop()
        crew.withLock { crew in
            for thread in crew { thread.join() }
            crew.removeAll()
        }
    }

    private func hash(_ secret: Secret, salt: [UInt8], cost: HashingCost, pepper: UInt32) throws -> [UInt8] {
        let job = HashingJob { [peppers] () throws(HashingError) in
            try unsafe peppers.withInput(for: secret, pepper: pepper) { (input) throws(HashingError) in
                try unsafe Argon2id.hash(input, salt: salt, cost: cost)
            }
        }
        guard queue.offer(job) else { throw HasherBusy() }
        return try job.tag()
    }

    /// What one thread keeps for hashes of this cost, in bytes: whole huge pages.
    private static func keptBytes(_ cost: HashingCost) -> Int {
        let hugePage = 2 << 20
        return (cost.memoryBytes + hugePage - 1) / hugePage * hugePage
    }
}
