import SSPRProtocol
import SSPRVocabulary
import StrictCBOR

/// Answers calls by their types, in the order of a script, and notes what was asked.
final class CallScript: Sendable {
    private typealias Answer = @Sendable ([UInt8]) -> (kind: FrameHeader.Kind, body: [UInt8])

    private struct Step {
        let method: UInt16
        let answer: Answer
    }

    private let state = Guarded<(steps: [Step], asked: [String])>(([], []))

    /// The next call must be this one; `answer` may look at its request and may throw a `Failure`.
    @discardableResult
    func expect<C: Call>(_ call: C.Type, _ answer: @escaping @Sendable (C.Request) throws -> C.Reply) -> CallScript {
        let step = Step(method: C.declaration.method) { bytes in
            do {
                let request = try CBORDecoder(unknownKeys: .refuse).decode(C.Request.self, from: bytes)
                return (.reply, try CBOREncoder().encode(try answer(request)))
            } catch let failure as Failure {
                return (.failure, (try? CBOREncoder().encode(failure)) ?? [])
            } catch {
                return (.failure, (try? CBOREncoder().encode(Failure(.malformed))) ?? [])
            }
        }
        state.withLock { $0.steps.append(step) }
        return self
    }

    /// The names of the calls that were made, an unexpected one with a mark.
    var asked: [String] { state.withLock { $0.asked } }

    /// True when every expected call was made.
    var isDone: Bool { state.withLock { $0.steps.isEmpty } }

    /// What a fake daemon runs for each connection.
    func serve(_ peer: FakeDaemon.Peer) {
        while let (header, body) = peer.next() {
            let name = CallCatalog.descriptions.first { $0.method == header.method }?.name ?? "?"
            let step = state.withLock { state -> Step? in
                guard state.steps.first?.method == header.method else {
                    state.asked.append("unexpected \(name)")
                    return nil
                }
                state.asked.append(name)
                return state.steps.removeFirst()
            }
            guard let step else { return }
            let answer = step.answer(body)
            peer.reply(to: header, answer.body, kind: answer.kind)
        }
    }
}

extension Secret {
    /// True when it is this text.
    func reads(_ text: String) -> Bool { self == Secret(text: text) }
}

extension OneTimeCode {
    /// True when it is this text.
    func reads(_ text: String) -> Bool { secret.reads(text) }
}

extension Optional where Wrapped == Secret {
    /// True when it is there and is this text.
    func reads(_ text: String) -> Bool { map { $0.reads(text) } ?? false }
}

extension Optional where Wrapped == OneTimeCode {
    /// True when it is there and is this text.
    func reads(_ text: String) -> Bool { map { $0.reads(text) } ?? false }
}
