import NIOCore
import SSPRProtocol
import Testing

@testable import SSPRServer

@Suite struct FrameDecoderTests {
    /// Accepts call 7 up to ten bytes and refuses the rest.
    private static func judge(_ header: FrameHeader) -> HeaderVerdict {
        header.method == 7 ? .accepted(limit: 10) : .refused(Failure(.denied))
    }

    private static func describe(_ incoming: Incoming) -> String {
        switch incoming {
        case .request(let frame): "\(frame.header.id):\(frame.body.bytes)"
        case .refused(let header, let failure): "\(header.id):\(failure.code)"
        }
    }

    /// Feeds bytes in pieces of a size and returns what came out.
    private static func decode(_ bytes: [UInt8], pieces: Int) throws -> [String] {
        var decoder = FrameDecoder()
        var found: [String] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            var buffer = ByteBuffer(bytes: bytes[start..<min(start + pieces, bytes.count)])
            while let incoming = try decoder.next(from: &buffer, judge: judge) { found.append(describe(incoming)) }
            #expect(buffer.readableBytes == 0)
        }
        #expect(!decoder.isInsideFrame)
        return found
    }

    @Test("Frames come out the same in whatever pieces they arrive", arguments: [1, 2, 5, 11, 12, 13, 14, 1000])
    func pieces(_ size: Int) throws {
        let stream =
            RawClient.request(7, [0xA0], id: 1) + RawClient.request(7, [], id: 2)
            + RawClient.request(9, Array(repeating: 9, count: 50), id: 3)
            + RawClient.request(7, Array(0..<10), id: 4) + RawClient.request(9, [], id: 5)
            + RawClient.request(7, [1], id: 6)
        #expect(
            try Self.decode(stream, pieces: size)
                == ["1:[160]", "2:[]", "3:denied", "4:\(Array(UInt8(0)..<10))", "5:denied", "6:[1]"])
    }

    @Test("A body may have as many bytes as its call allows, and not one more")
    func limit() throws {
        #expect(try Self.decode(RawClient.request(7, Array(repeating: 1, count: 10)), pieces: 100).count == 1)
        #expect(throws: Unframeable.tooLarge(method: 7, length: 11)) {
            try Self.decode(RawClient.request(7, Array(repeating: 1, count: 11)), pieces: 100)
        }
    }

    @Test("A refused body is zeroed where it was received")
    func zeroingWhatIsRefused() throws {
        var buffer = ByteBuffer(bytes: RawClient.request(9, Array("a password".utf8)))
        let received = buffer
        var decoder = FrameDecoder()
        #expect(try decoder.next(from: &buffer, judge: Self.judge).map(Self.describe) == "1:denied")
        #expect(received.readableBytesView.suffix(10).allSatisfy { $0 == 0 })
    }

    @Test("A refused body is passed over up to 64 KiB")
    func skipping() throws {
        let body = Array(repeating: UInt8(1), count: 65_536)
        #expect(try Self.decode(RawClient.request(9, body), pieces: 4096) == ["1:denied"])
        #expect(throws: Unframeable.tooLarge(method: 9, length: 65_537)) {
            try Self.decode(RawClient.request(9, body + [1]), pieces: 4096)
        }
    }

    @Test("Another version or kind is not framed", arguments: [4, 5], [UInt8(0), 2, 3, 255])
    func strangers(_ place: Int, _ value: UInt8) {
        var bytes = RawClient.request(7)
        bytes[place] = value
        #expect(throws: Unframeable.header) { try Self.decode(bytes, pieces: 100) }
        #expect(throws: Unframeable.header) { try Self.decode(bytes, pieces: 1) }
    }

    @Test("What was read is zeroed where it was received, even when somebody else holds the buffer")
    func zeroing() throws {
        var decoder = FrameDecoder()
        var buffer = ByteBuffer(bytes: RawClient.request(7, [1, 2, 3]))
        let pool = buffer
        guard case .request(let frame) = try decoder.next(from: &buffer, judge: Self.judge) else {
            Issue.record("no frame")
            return
        }
        #expect(frame.body.bytes == [1, 2, 3])
        #expect(pool.getBytes(at: 12, length: 3) == [0, 0, 0])
    }

    @Test("It knows when it is inside a frame")
    func inside() throws {
        var decoder = FrameDecoder()
        #expect(!decoder.isInsideFrame)
        for byte in RawClient.request(7, [1, 2]).dropLast() {
            var buffer = ByteBuffer(bytes: [byte])
            let incoming = try decoder.next(from: &buffer, judge: Self.judge)
            #expect(incoming == nil ? true : false)
            #expect(decoder.isInsideFrame)
        }
        decoder.discard()
        #expect(!decoder.isInsideFrame)
    }
}
