import Foundation
import SSPRVocabulary

/// Runs `body` on `count` threads at once, all let go at the same moment, and returns what each of them came to.
func inParallel<R: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> R
) -> [Result<R, any Error>] {
    let results = Guarded<[Int: Result<R, any Error>]>([:])
    let gate = DispatchSemaphore(value: 0)
    let done = DispatchGroup()
    for index in 0..<count {
        done.enter()
        Thread.detachNewThread {
            gate.wait()
            let result = Result { try body(index) }
            results.withLock { $0[index] = result }
            done.leave()
        }
    }
    for _ in 0..<count { gate.signal() }
    done.wait()
    return results.withLock { results in (0..<count).compactMap { results[$0] } }
}
