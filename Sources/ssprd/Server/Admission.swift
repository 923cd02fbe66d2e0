import NIOCore
import SSPRProtocol
import SSPRVocabulary

/// How much may go on at once, in all and for each uid: the one lock of the server.
///
/// One uid cannot deny the others (invariant I15): it runs into its own bounds first, and agents, administrators and root have some of
/// everything to themselves.
final class Admission: Sendable {
    private struct RateKey: Hashable {
        let uid: UInt32
        /// Nil for all audited calls of a person.
        let method: UInt16?
    }

    private struct State {
        var seats = 0
        var seatsOf: [UInt32: Int] = [:]
        var work = 0
        var workOf: [UInt32: Int] = [:]
        var waitersOf: [UInt32: Int] = [:]
        var buckets: [RateKey: TokenBucket] = [:]
    }

    private let state = Guarded(State())
    private let limits: ServerLimits
    private let seats: Int
    private let reservedSeats: Int
    private let work: Int
    private let reservedWork: Int
    private let rates: [UInt16: CallRate]

    /// Buckets kept before full ones are forgotten.
    private static let keptBuckets = 1024

    /// `seats` is the number of connections in all.
    init(limits: ServerLimits, seats: Int, rates: [UInt16: CallRate] = CallRate.all) {
        self.limits = limits
        self.seats = seats
        self.rates = rates
        work = limits.workers + limits.queued
        // A small house reserves a quarter: it would serve nobody else otherwise.
        reservedSeats = min(limits.reservedSeats, seats / 4)
        reservedWork = min(limits.reservedWork, work / 4)
    }

    /// Takes a seat for a connection; false when there is none for this peer.
    func takeSeat(_ peer: Peer) -> Bool {
        state.withLock { state in
            guard state.seats < open(to: peer),
                peer.isReserved || state.seatsOf[peer.uid, default: 0] < limits.seatsPerUID
            else { return false }
            state.seats += 1
            state.seatsOf[peer.uid, default: 0] += 1
            return true
        }
    }

    /// The seats that a peer may take: the last ones are for agents, administrators and root, those before them for whoever holds a role.
    private func open(to peer: Peer) -> Int {
        if peer.isReserved { return seats }
        return peer.isPersonOnly ? seats - 2 * reservedSeats : seats - reservedSeats
    }

    /// Gives a connection's seat back.
    func giveSeat(_ peer: Peer) {
        state.withLock { state in
            state.seats -= 1
            Self.decrease(&state.seatsOf, peer.uid)
        }
    }

    /// Charges a call's rate; the failure when it is used up.
    ///
    /// Nothing else has been done for the call yet.
    func chargeRate(
        _ method: UInt16, isAudited: Bool = false, _ peer: Peer, at now: NIODeadline = .now()
    ) -> Failure? {
        let own = rates[method].flatMap { take($0, RateKey(uid: peer.uid, method: method), now) }
        if own != nil || !isAudited || !peer.isPersonOnly { return own }
        return take(.person, RateKey(uid: peer.uid, method: nil), now)
    }

    private func take(_ rate: CallRate, _ key: RateKey, _ now: NIODeadline) -> Failure? {
        let wait = state.withLock { state in
            if state.buckets.count >= Self.keptBuckets {
                state.buckets = state.buckets.filter { key, bucket in
                    let rate = key.method.map { rates[$0] } ?? .person
                    return rate.map { !bucket.isFull($0, at: now) } ?? false
                }
            }
            return state.buckets[key, default: TokenBucket(rate, at: now)].take(rate, at: now)
        }
        return wait.map { Failure(.busy, retryAfter: UInt64($0.nanoseconds / 1_000_000) + 1) }
    }

    /// Takes a place among the calls that need a thread; the failure when there is none for this peer.
    func takeWork(_ peer: Peer) -> Failure? {
        let isAdmitted = state.withLock { state in
            guard state.work < (peer.isReserved ? work : work - reservedWork),
                !peer.isPersonOnly || state.workOf[peer.uid, default: 0] < limits.workPerPerson
            else { return false }
            state.work += 1
            state.workOf[peer.uid, default: 0] += 1
            return true
        }
        return isAdmitted ? nil : .tooBusy
    }

    /// Gives the place back: the call is answered, or waits without a thread.
    func giveWork(_ peer: Peer) {
        state.withLock { state in
            state.work -= 1
            Self.decrease(&state.workOf, peer.uid)
        }
    }

    /// Takes a place among a uid's waiting calls; false when it has too many.
    ///
    /// The last quarter is for calls that are no people's: a uid that is portal and courier at once goes on delivering.
    func takeWaiter(_ peer: Peer, forPeople isForPeople: Bool = false) -> Bool {
        let places = isForPeople ? limits.waitersPerUID - limits.waitersPerUID / 4 : limits.waitersPerUID
        return state.withLock { state in
            guard state.waitersOf[peer.uid, default: 0] < places else { return false }
            state.waitersOf[peer.uid, default: 0] += 1
            return true
        }
    }

    /// Gives a waiting call's place back.
    func giveWaiter(_ peer: Peer) {
        state.withLock { Self.decrease(&$0.waitersOf, peer.uid) }
    }

    /// The seats that are taken; for the log and tests.
    var takenSeats: Int { state.withLock(\.seats) }

    private static func decrease(_ counts: inout [UInt32: Int], _ uid: UInt32) {
        guard let count = counts[uid], count > 1 else {
            counts[uid] = nil
            return
        }
        counts[uid] = count - 1
    }
}

extension Failure {
    /// Threads and places are taken for the moment.
    static let tooBusy = Failure(.busy, retryAfter: 1000)
}
