import NIOCore
import Synchronization

/// Lets one line a second through, so that no peer can fill the disk with log.
final class LogThrottle: Sendable {
    private let second = Atomic<UInt64>(.max)
    private let hidden = Atomic<Int>(0)

    /// Runs `log` at most once a second and tells it how many lines were left out since.
    func run(at now: NIODeadline = .now(), _ log: (_ hidden: Int) -> Void) {
        let current = now.uptimeNanoseconds / 1_000_000_000
        let last = second.load(ordering: .relaxed)
        guard last != current, second.compareExchange(expected: last, desired: current, ordering: .relaxed).exchanged
        else {
            hidden.add(1, ordering: .relaxed)
            return
        }
        log(hidden.exchange(0, ordering: .relaxed))
    }
}
