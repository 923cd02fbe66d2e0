import NIOCore
import SSPRProtocol

/// Finds requests in a stream of bytes: a state machine without I/O.
///
/// The header comes first and decides. A body is kept only up to the limit of its call for this peer, in memory that is taken once and
/// wiped after use; the receive buffer it came from is zeroed.
struct FrameDecoder {
    /// The largest body of a refused request that is passed over instead of closing the connection.
    static let skipLimit: UInt32 = 65_536

    private enum State {
        case header
        case body(FrameHeader)
        case skipping(FrameHeader, left: Int, Failure)
    }

    private var state = State.header
    /// The beginning of a header or body of which the rest has not come yet.
    private var part: [UInt8] = []

    /// True between the first byte of a frame and its last.
    var isInsideFrame: Bool {
        if case .header = state { !part.isEmpty } else { true }
    }

    /// Takes as many bytes from `buffer` as make one frame; nil when more must come.
    ///
    /// `judge` is asked once per header.
    mutating func next(
        from buffer: inout ByteBuffer, judge: (FrameHeader) -> HeaderVerdict
    ) throws(Unframeable) -> Incoming? {
        while true {
            switch state {
            case .header:
                guard let header = try readHeader(&buffer) else { return nil }
                try enter(header, judge(header))
            case .body(let header):
                guard let body = readBody(Int(header.length), &buffer) else { return nil }
                state = .header
                return .request(Frame(header: header, body: body))
            case .skipping(let header, let left, let failure):
                let skipped = min(left, buffer.readableBytes)
                // Refused, but it may hold a password all the same.
                buffer.zero(at: buffer.readerIndex, count: skipped)
                buffer.moveReaderIndex(forwardBy: skipped)
                guard skipped == left else {
                    state = .skipping(header, left: left - skipped, failure)
                    return nil
                }
                state = .header
                return .refused(header, failure)
            }
        }
    }

    /// Wipes what has come of an unfinished frame.
    mutating func discard() {
        for place in part.indices { part[place] = 0 }
        part = []
        state = .header
    }

    private mutating func enter(_ header: FrameHeader, _ verdict: HeaderVerdict) throws(Unframeable) {
        let isTooLarge: Bool
        switch verdict {
        case .accepted(let limit):
            isTooLarge = header.length > limit
            state = .body(header)
        case .refused(let failure):
            isTooLarge = header.length > Self.skipLimit
            state = .skipping(header, left: Int(header.length), failure)
        }
        if isTooLarge { throw .tooLarge(method: header.method, length: header.length) }
    }

    private mutating func readHeader(_ buffer: inout ByteBuffer) throws(Unframeable) -> FrameHeader? {
        if part.isEmpty, buffer.readableBytes >= FrameHeader.size {
            // The usual case: no array is made.
            guard
                let (length, version, kind, method, id) = buffer.readMultipleIntegers(
                    as: (UInt32, UInt8, UInt8, UInt16, UInt32).self),
                version == FrameHeader.version, kind == FrameHeader.Kind.request.rawValue
            else { throw .header }
            return FrameHeader(length: length, kind: .request, method: method, id: id)
        }
        guard buffer.readableBytes > 0, collect(FrameHeader.size, &buffer) else { return nil }
        guard let header = FrameHeader(part), header.kind == .request else { throw .header }
        part = []
        return header
    }

    private mutating func readBody(_ length: Int, _ buffer: inout ByteBuffer) -> MessageBytes? {
        let start = buffer.readerIndex
        if part.isEmpty, length == 1, buffer.getInteger(at: start, as: UInt8.self) == 0xA0 {
            buffer.moveReaderIndex(forwardBy: 1)
            return .emptyMap
        }
        guard collect(length, &buffer) else { return nil }
        defer { part = [] }
        return MessageBytes(part)
    }

    /// Moves bytes from the buffer to `part` until there are `count`, zeroing them where they were; false when more must come.
    private mutating func collect(_ count: Int, _ buffer: inout ByteBuffer) -> Bool {
        // Room for all of it at once: an array that grows would leave copies behind.
        if part.isEmpty { part.reserveCapacity(count) }
        let taken = min(count - part.count, buffer.readableBytes)
        let start = buffer.readerIndex
        if taken > 0 {
            part.append(contentsOf: buffer.readableBytesView.prefix(taken))
            buffer.moveReaderIndex(forwardBy: taken)
            buffer.zero(at: start, count: taken)
        }
        return part.count == count
    }
}

extension ByteBuffer {
    /// Zeroes bytes that have been read, in the memory they were received in.
    ///
    /// The ordinary setters would copy first, because NIO keeps a reference for its next read; then the secret would stay where it was.
    func zero(at index: Int, count: Int) {
        // The range was readable a moment ago, so it lies inside the storage, which is plain heap memory. The only other holder is NIO's
        // receive pool, which overwrites it without looking.
        unsafe withVeryUnsafeBytes { storage in
            let range = unsafe UnsafeRawBufferPointer(rebasing: storage[index..<index + count])
            unsafe UnsafeMutableRawBufferPointer(mutating: range).initializeMemory(as: UInt8.self, repeating: 0)
        }
    }
}
