import SSPRDomain
import SSPRProtocol
import StrictCBOR

/// A body that is not what the call's request must be.
///
/// It names the place and carries no content, so it may be logged.
struct MalformedRequest: Error {
    let reason: CBORError
}

/// Bodies of requests and replies.
enum BodyCodec {
    /// Reads a request, refusing what is not understood; throws `MalformedRequest`.
    static func request<Request: Decodable>(_: Request.Type, from body: MessageBytes) throws -> Request {
        do {
            return try CBORDecoder(unknownKeys: .refuse).decode(Request.self, from: body.bytes)
        } catch {
            throw MalformedRequest(reason: error)
        }
    }

    /// The step with its reply written out, now or when it comes.
    static func encoded<Reply: Encodable & Sendable>(_ step: Step<Reply>) throws -> Step<MessageBytes> {
        switch step {
        case .done(let reply):
            .done(try bytes(reply))
        case .wait(let topic, let until, let resume):
            .wait(for: topic, until: until) { reason in try encoded(resume(reason)) }
        }
    }

    /// The bytes of a reply or failure.
    static func bytes<Reply: Encodable>(_ reply: Reply) throws -> MessageBytes {
        if Reply.self == Empty.self { return .emptyMap }
        return MessageBytes(try CBOREncoder().encode(reply))
    }
}
