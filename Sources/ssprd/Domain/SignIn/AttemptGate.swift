import SSPRVocabulary

/// What only one attempt at a time may be made at: an account's password, a recovery's answers, a change.
public struct AttemptKey: Hashable, Sendable {
    private enum Kind { case signIn, answers, change }

    private let kind: Kind
    private let identity: [UInt8]

    static func signIn(_ name: AccountName) -> AttemptKey {
        AttemptKey(kind: .signIn, identity: Array(name.text.utf8))
    }

    static func answers(_ subject: SubjectKey) -> AttemptKey {
        AttemptKey(kind: .answers, identity: subject.bytes)
    }

    /// Comparing a new password with those that were: it keeps one place of the hashing line at a time, however many ask.
    static func change(_ account: AccountID) -> AttemptKey {
        AttemptKey(kind: .change, identity: SubjectKey.account(account).bytes)
    }
}

/// Serialises attempts whose secret is hashed outside a transaction: parallel right ones must not lock anybody out (attack B9).
///
/// Whoever finds the gate closed waits as a step and holds no thread.
final class AttemptGate: Sendable {
    private let inside = Guarded<Set<AttemptKey>>([])
    private let bell: any Bell

    init(bell: any Bell) { self.bell = bell }

    /// Runs `body` alone for `key`.
    ///
    /// The pass must be given back however it ends.
    func enter<R: Sendable>(
        _ key: AttemptKey, until: Timestamp, _ body: @escaping @Sendable (AttemptPass) throws -> Step<R>
    ) throws -> Step<R> {
        if inside.withLock({ $0.insert(key).inserted }) {
            let pass = AttemptPass { self.leave(key) }
            do {
                return try body(pass)
            } catch {
                pass.giveBack()
                throw error
            }
        }
        return .wait(for: .attempt(key), until: until) { reason in
            guard case .bell = reason else { throw Refusal.busy }
            return try self.enter(key, until: until, body)
        }
    }

    private func leave(_ key: AttemptKey) {
        inside.withLock { _ = $0.remove(key) }
        bell.ring(.attempt(key))
    }
}

/// The right to be the only one at an attempt.
///
/// Giving it back twice does no harm, so that every way out may do it.
final class AttemptPass: Sendable {
    private let isOut = Guarded(true)
    private let leave: @Sendable () -> Void

    init(leave: @escaping @Sendable () -> Void) { self.leave = leave }

    /// Lets the next one in.
    func giveBack() {
        let wasOut = isOut.withLock { out in
            defer { out = false }
            return out
        }
        if wasOut { leave() }
    }
}
