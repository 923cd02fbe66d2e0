import Glibc
public import SSPRVocabulary

/// A program that an agent runs: no shell, own arguments, a minimal environment, three descriptors, and a time limit.
///
/// Secrets reach it through its standard input only (attack E7).
public struct ChildProgram: Sendable {
    /// How a run ended.
    public enum Ending: Sendable, Equatable {
        /// By itself, with this code.
        case exited(Int32)
        /// By this signal, which was not ours.
        case signalled(Int32)
        /// It was killed when its time was over.
        case timedOut
        /// It never began.
        case notStarted(SystemError)
    }

    /// How a run ended and the first 4096 bytes of what it said on standard error.
    public struct Result: Sendable {
        /// How it ended.
        public let ending: Ending
        /// What it said.
        public let complaint: [UInt8]
    }

    private let arguments: [String]
    /// UTF-8, since a program in the plain C locale would end a text at its first letter outside ASCII (gammu 1.42 does).
    private static let environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"]

    /// Between making pipes and marking them, another thread's child could inherit them: one start at a time.
    private static let starting = Guarded(())

    /// The program by its absolute path, followed by its arguments.
    public init(_ arguments: [String]) { self.arguments = arguments }

    /// Runs the program with `input` on its standard input and waits for its end, or kills its process group after `limit`.
    public func run(input: Secret, limit: Duration) -> Result {
        let deadline = ContinuousClock.now + limit
        // The bytes are lent until the program has ended.
        return unsafe input.withBytes { unsafe run($0[...], until: deadline) }
    }

    private func run(_ input: Slice<UnsafeRawBufferPointer>, until deadline: ContinuousClock.Instant) -> Result {
        var child = RunningChild()
        var rest = unsafe input
        do throws(SystemError) {
            try Self.starting.withLock { _ throws(SystemError) in
                unsafe try child.start(arguments, environment: Self.environment, feeding: &rest)
            }
        } catch {
            return Result(ending: .notStarted(error), complaint: [])
        }
        return unsafe child.converse(rest, until: deadline)
    }
}
