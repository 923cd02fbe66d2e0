import SSPRDomain
import SSPRVocabulary

/// Slow hashing without the slowness: counts its calls, can be full, and can let something happen while it "hashes".
final class FakeHasher: SecretHasher {
    private struct State {
        var salts: UInt64 = 0
        var calls = 0
        var dearest: UInt32 = 0
        var room: Int?
        var interruption: (@Sendable () throws -> Void)?
    }

    private let state = Guarded(State())

    let decoy = Verifier(
        passes: 3, memoryKiB: 65_536, salt: [UInt8](repeating: 0, count: 16), tag: [UInt8](repeating: 0xff, count: 32),
        pepper: 1)

    /// How many secrets were hashed, for whatever reason.
    var calls: Int { state.withLock { $0.calls } }

    /// The most memory that a comparison has used, in KiB.
    var dearest: UInt32 { state.withLock { $0.dearest } }

    /// From now on `room` more hashes are accepted, then the queue is full; nil accepts all.
    func leaveRoom(_ room: Int?) { state.withLock { $0.room = room } }

    /// Runs `body` once, in the middle of the next hash.
    func interrupt(_ body: @escaping @Sendable () throws -> Void) { state.withLock { $0.interruption = body } }

    func verifier(for secret: Secret) throws -> Verifier {
        try work()
        let salt = state.withLock { state in
            state.salts += 1
            return [UInt8](repeating: 0x5a, count: 8) + state.salts.bigEndianBytes
        }
        return Verifier(
            passes: 3, memoryKiB: 65_536, salt: salt, tag: FakeDigest.of(secret, salt), pepper: 1)
    }

    func verify(_ secret: Secret, against verifier: Verifier) throws -> Bool {
        try work()
        state.withLock { $0.dearest = max($0.dearest, verifier.memoryKiB) }
        return FakeDigest.of(secret, verifier.salt) == verifier.tag
    }

    func isOutdated(_ verifier: Verifier) -> Bool {
        verifier.memoryKiB < decoy.memoryKiB || verifier.passes < decoy.passes || verifier.pepper < decoy.pepper
    }

    private func work() throws {
        let interruption = try state.withLock { state in
            if let room = state.room {
                guard room > 0 else { throw HasherBusy() }
                state.room = room - 1
            }
            state.calls += 1
            defer { state.interruption = nil }
            return state.interruption
        }
        try interruption?()
    }
}
