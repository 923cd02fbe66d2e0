import NIOCore

/// Stops accepting for a moment when the process has no descriptor left (attack F2).
///
/// NIO's own handler delays the *next* read. None comes when already the first accept of a round fails: the socket stays ready, and the
/// event loop would turn without pause until a descriptor is free.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = Channel

    private static let pause = TimeAmount.milliseconds(200)
    private var isPaused = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError, !isPaused, context.channel.isActive {
            isPaused = true
            setReading(false, context)
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: Self.pause) {
                let (handler, context) = bound.value
                handler.isPaused = false
                if context.channel.isActive { handler.setReading(true, context) }
            }
        }
        context.fireErrorCaught(error)
    }

    private func setReading(_ wanted: Bool, _ context: ChannelHandlerContext) {
        do {
            try context.channel.syncOptions?.setOption(.autoRead, value: wanted)
        } catch {
            context.fireErrorCaught(error)
        }
    }
}
