import SSPRProtocol

/// A request as it came: which call, under which number of the client's choice, with which body.
struct Frame: Sendable {
    let header: FrameHeader
    let body: MessageBytes
}

/// What becomes of a frame, decided from its header and the peer alone.
enum HeaderVerdict {
    /// The body is read when it is no larger.
    case accepted(limit: Int)
    /// The body is passed over and the failure answered.
    case refused(Failure)
}

/// What comes out of a stream of bytes.
enum Incoming {
    /// A request to answer.
    case request(Frame)
    /// A request whose body was passed over.
    case refused(FrameHeader, Failure)
}

/// Bytes in which no next frame can be found or that are too many: the connection must be closed.
enum Unframeable: Error, Equatable {
    /// Another version of the protocol, or what is no request.
    case header
    /// A body larger than this call's limit.
    case tooLarge(method: UInt16, length: UInt32)
}
