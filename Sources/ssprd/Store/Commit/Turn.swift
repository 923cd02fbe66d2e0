import Dispatch
import SSPRVocabulary

/// Where one waiting writer learns what it is to do next.
///
/// Given once: to lead, or to go home.
final class Turn: Sendable {
    enum Word {
        /// Run the next group.
        case lead
        /// The result is there.
        case finished
    }

    private let word = Guarded(Word.finished)
    private let signal = DispatchSemaphore(value: 0)

    /// Blocks until a word is given.
    func wait() -> Word {
        signal.wait()
        return word.withLock { $0 }
    }

    /// Wakes the writer.
    func give(_ word: Word) {
        self.word.withLock { $0 = word }
        signal.signal()
    }
}
