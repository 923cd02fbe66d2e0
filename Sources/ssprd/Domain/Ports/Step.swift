public import SSPRVocabulary

/// What a long call does next: it has its reply, or it waits without holding a thread.
///
/// Whoever runs a step registers the wait first and then runs `resume` once more, so that a bell rung in between is never lost.
public enum Step<Reply: Sendable>: Sendable {
    /// The reply.
    case done(Reply)
    /// Nothing yet: `resume` is run at each ring of the topic, and with `.deadline` once when the moment has come.
    case wait(for: Topic, until: Timestamp, resume: @Sendable (WakeReason) throws -> Step<Reply>)
}

extension Step {
    /// Goes on with `next` once there is a reply.
    public func then<Next: Sendable>(_ next: @escaping @Sendable (Reply) throws -> Step<Next>) throws -> Step<Next> {
        switch self {
        case .done(let reply): try next(reply)
        case .wait(let topic, let moment, let resume):
            .wait(for: topic, until: moment) { reason in try resume(reason).then(next) }
        }
    }
}

/// Why a waiting call is run again.
public enum WakeReason: Sendable {
    /// The bell rang, or the wait has just begun.
    case bell
    /// The time is over.
    case deadline
    /// The peer has gone or the daemon stops: settle what must be settled; the reply is not sent.
    case abandoned
}
