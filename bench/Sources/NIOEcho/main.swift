import Glibc
import NIOCore
import NIOPosix

// The least that a server on SwiftNIO can do: every frame (u32 length of the body, 8 more bytes, body) is sent back as it came.
//
// usage: nio-echo SOCKET

/// Sends whole frames back, on the event loop.
final class Echo: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let frames = NIOSingleStepByteToMessageProcessor(FrameCutter())

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            try frames.process(buffer: unwrapInboundIn(data)) { frame in
                context.write(wrapOutboundOut(frame), promise: nil)
            }
        } catch {
            context.close(promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Finds where a frame ends.
struct FrameCutter: NIOSingleStepByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    private static let header = 12
    private static let bodyLimit: UInt32 = 65_536

    func decode(buffer: inout ByteBuffer) throws -> ByteBuffer? {
        guard let body = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return nil }
        guard body <= Self.bodyLimit else { throw ChannelError.inappropriateOperationForState }
        return buffer.readSlice(length: Self.header + Int(body))
    }

    func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> ByteBuffer? { try decode(buffer: &buffer) }
}

guard CommandLine.arguments.count == 2 else {
    print("usage: nio-echo SOCKET")
    exit(64)
}
let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let server = try await ServerBootstrap(group: group)
    .serverChannelOption(.backlog, value: 4096)
    .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
    }
    .bind(unixDomainSocketPath: CommandLine.arguments[1], cleanupExistingSocketFile: true)
    .get()
try await server.closeFuture.get()
