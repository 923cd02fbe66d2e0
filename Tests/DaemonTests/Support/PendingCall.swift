import SSPRDomain
import SSPRVocabulary

/// One call driven the way the server drives it: the wait is registered, then `resume` runs once more, then at each ring, and at the end
/// once with the deadline or because the peer has gone.
final class PendingCall<Reply: Sendable> {
    private enum State {
        case waiting(Topic, until: Timestamp, heard: Int, resume: @Sendable (WakeReason) throws -> Step<Reply>)
        case over(Result<Reply, any Error>)
    }

    private let bell: RecordingBell
    private var state: State

    init(_ bell: RecordingBell, _ start: () throws -> Step<Reply>) {
        self.bell = bell
        state = .over(.failure(StillWaiting()))
        take(Result { try start() })
        wake(.bell)
    }

    /// The reply or the refusal; nil while the call waits.
    var outcome: Result<Reply, any Error>? {
        if case .over(let result) = state { result } else { nil }
    }

    /// What the call waits for.
    var topic: Topic? {
        if case .waiting(let topic, _, _, _) = state { topic } else { nil }
    }

    /// When the call stops waiting.
    var deadline: Timestamp? {
        if case .waiting(_, let until, _, _) = state { until } else { nil }
    }

    /// The reply; throws the refusal, or `StillWaiting`.
    func reply() throws -> Reply {
        guard let outcome else { throw StillWaiting() }
        return try outcome.get()
    }

    /// Runs the call again if its topic has rung since it last ran.
    func look() {
        guard case .waiting(let topic, _, let heard, _) = state, bell.count(topic) > heard else { return }
        wake(.bell)
    }

    /// Its time is over.
    func expire() { wake(.deadline) }

    /// Its peer has gone, or the daemon stops.
    func abandon() { wake(.abandoned) }

    private func wake(_ reason: WakeReason) {
        guard case .waiting(_, _, _, let resume) = state else { return }
        take(Result { try resume(reason) })
        look()
    }

    private func take(_ step: Result<Step<Reply>, any Error>) {
        switch step {
        case .success(.done(let reply)): state = .over(.success(reply))
        case .success(.wait(let topic, let until, let resume)):
            state = .waiting(topic, until: until, heard: bell.count(topic), resume: resume)
        case .failure(let error): state = .over(.failure(error))
        }
    }
}

/// The call has no reply yet.
struct StillWaiting: Error {}
