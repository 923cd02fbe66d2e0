import NIOCore
import SSPRDomain
import SSPRProtocol
import SSPRVocabulary

/// One call that left the event loop: it runs on a worker, and between runs it may wait for a bell without holding one.
///
/// All state belongs to the event loop. A step registers first and is run once more then, so that a bell rung between its look at the
/// store and its registration is never lost; bells that ring while it runs become one more run.
final class Waiter {
    private enum Phase {
        case running
        case parked
        case abandoning
        case ended
    }

    /// Who made the call.
    let peer: Peer
    private let row: Row
    private let dispatcher: Dispatcher
    private let deliver: (Outcome?) -> Void
    private var phase = Phase.running

    private var wait: Wait?
    private var timer: Scheduled<Void>?
    private var holdsWork = true
    private var holdsPlace = false
    private var wasRung = false
    private var isOverdue = false
    private var isAbandoned = false
    /// What is told at the end instead of what the abandoned step says.
    private var ending: Outcome?

    /// How many steps in a row are told that the call was abandoned; a call has a handful at most.
    private static let stepsTold = 16
    /// When a step that goes on waiting after its deadline is told again.
    private static let repeatedDeadline: Int64 = 1000
    /// The longest wait before a call is told that its time is over.
    private static let longest: Int64 = 60_000

    private typealias Resume = @Sendable (WakeReason) throws -> Step<MessageBytes>

    private struct Wait {
        var topic: Topic
        var until: Timestamp
        var resume: Resume
    }

    /// Which call it is.
    var method: UInt16 { row.method }
    /// True when nothing of it runs or waits any more.
    var isOver: Bool { phase == .ended }

    private var room: WaitingRoom { dispatcher.room }

    /// `deliver` is called once, with nil when there is nothing to send and the connection should end.
    init(row: Row, peer: Peer, dispatcher: Dispatcher, deliver: @escaping (Outcome?) -> Void) {
        self.row = row
        self.peer = peer
        self.dispatcher = dispatcher
        self.deliver = deliver
    }

    /// Runs the call for the first time.
    ///
    /// Its place among the work was taken before and is given back after this run.
    func begin(_ work: @escaping @Sendable () throws -> Step<MessageBytes>) {
        room.enter(self)
        run(work)
    }

    /// A bell rang.
    func rung() {
        wasRung = true
        goOnIfParked()
    }

    /// The peer has gone or the server stops: a run is finished, a wait is given up, and what was begun is settled.
    func abandon() {
        isAbandoned = true
        goOnIfParked()
    }

    private func goOnIfParked() {
        guard phase == .parked, let wait else { return }
        if isAbandoned {
            leaveWaiting()
            phase = .abandoning
            // What still wants to wait is told again: each step settles its own part.
            run {
                var step = try wait.resume(.abandoned)
                for _ in 1..<Self.stepsTold {
                    guard case .wait(_, _, let resume) = step else { break }
                    step = try resume(.abandoned)
                }
                return step
            }
        } else if isOverdue {
            timer = nil
            isOverdue = false
            run { try wait.resume(.deadline) }
        } else if wasRung {
            wasRung = false
            run { try wait.resume(.bell) }
        }
    }

    private func run(_ work: @escaping @Sendable () throws -> Step<MessageBytes>) {
        if phase != .abandoning { phase = .running }
        let loop = room.threads.loop
        let bound = NIOLoopBound(self, eventLoop: loop)
        room.threads.submit { isActive in
            let result = Result { () throws -> Step<MessageBytes> in
                guard isActive else { throw Failure(.unavailable) }
                return try work()
            }
            loop.execute { bound.value.ran(result) }
        }
    }

    private func ran(_ result: Result<Step<MessageBytes>, any Error>) {
        if holdsWork {
            holdsWork = false
            dispatcher.admission.giveWork(peer)
        }
        switch result {
        case .success(.done(let reply)):
            end(.reply(reply))
        case .success(.wait) where phase == .abandoning:
            end(.failure(.tooBusy))
        case .success(.wait(let topic, let until, let resume)):
            park(Wait(topic: topic, until: until, resume: resume))
        case .failure(let error):
            end(.failure(dispatcher.failures.failure(for: error, of: row, from: peer)))
        }
    }

    private func park(_ next: Wait) {
        let isNew = wait?.topic != next.topic
        if isNew { leaveTopic() }
        if isNew || timer == nil || wait?.until != next.until {
            schedule(next.until, isRepeated: !isNew && timer == nil)
        }
        wait = next
        phase = .parked
        guard holdsPlace || dispatcher.admission.takeWaiter(peer, forPeople: row.access.isForPeople) else {
            ending = .failure(.tooBusy)
            abandon()
            return
        }
        holdsPlace = true
        if isNew {
            room.register(self, for: next.topic)
            wasRung = true
        }
        goOnIfParked()
    }

    private func schedule(_ moment: Timestamp, isRepeated: Bool) {
        timer?.cancel()
        isOverdue = false
        // A moment from before a clock was set back would be far away.
        let left = min(
            Self.longest, max(isRepeated ? Self.repeatedDeadline : 0, (moment - room.ambient.now).milliseconds))
        timer = room.threads.loop.assumeIsolated().scheduleTask(in: .milliseconds(left)) {
            self.isOverdue = true
            self.goOnIfParked()
        }
    }

    private func leaveTopic() {
        if let topic = wait?.topic { room.unregister(self, from: topic) }
    }

    private func leaveWaiting() {
        leaveTopic()
        wait = nil
        timer?.cancel()
        timer = nil
    }

    private func end(_ outcome: Outcome) {
        let wasAbandoning = phase == .abandoning
        phase = .ended
        leaveWaiting()
        if holdsPlace { dispatcher.admission.giveWaiter(peer) }
        room.leave(self)
        deliver(wasAbandoning ? ending : outcome)
    }
}
