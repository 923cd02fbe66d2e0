import Logging
import NIOCore
import SSPRPlatform
import SSPRProtocol
import SSPRVocabulary
import StrictCBOR

/// One peer: takes its requests one at a time and in order, and holds it to deadlines.
///
/// While a request is in work, or the peer leaves its answers unread, nothing is read: what a peer can make the daemon hold is one
/// request, one receive buffer and a bounded write buffer.
final class Connection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Bytes of further requests that a peer may have sent ahead.
    ///
    /// Reading stops long before; only a peer that ends its sending side gets this far, because NIO then takes in all
    /// that the kernel holds.
    private static let aheadLimit = 262_144

    let peer: Peer
    /// Where the roster keeps this connection.
    var place: Int?

    private let dispatcher: Dispatcher
    private let roster: Roster
    private var context: ChannelHandlerContext?
    private var decoder = FrameDecoder()
    /// What has come and was not looked at yet.
    private var ahead = ByteBuffer()
    private var work: Waiter?

    private var isReading = true
    private var canWrite = true
    /// The peer sends nothing more, or nothing more of it counts: the connection ends with the last answer.
    private var hasEnded = false
    private var isDraining = false
    private var isFlushing = false
    private var isClosing = false
    private var isLooping = false

    private var frameBegan: Int?
    private var unreadSince: Int?
    private var lastHeard: Int

    init(peer: Peer, dispatcher: Dispatcher, roster: Roster) {
        self.peer = peer
        self.dispatcher = dispatcher
        self.roster = roster
        lastHeard = roster.now
    }

    // MARK: What NIO says

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        roster.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // Also the end of connections that never became active, so that a seat is given back once and always.
        gone()
        self.context = nil
        roster.remove(self)
        dispatcher.admission.giveSeat(peer)
    }

    func channelInactive(context: ChannelHandlerContext) { gone() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var data = unwrapInboundIn(data)
        guard !isClosing, !isDraining, !isFlushing else { return }
        if ahead.readableBytes == 0 {
            ahead = data
        } else {
            join(&data)
        }
        guard ahead.readableBytes <= Self.aheadLimit else { return close("too many requests sent ahead") }
        proceed()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        canWrite = context.channel.isWritable
        unreadSince = canWrite ? nil : roster.now
        if canWrite, frameBegan != nil { frameBegan = roster.now }
        proceed()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            return context.fireUserInboundEventTriggered(event)
        }
        hasEnded = true
        proceed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { close(nil) }

    /// Appends to what has not been looked at, and leaves no copy of either behind.
    private func join(_ data: inout ByteBuffer) {
        if ahead.writableBytes < data.readableBytes, let context {
            // Growing in place would move the bytes and leave them where they were.
            var larger = context.channel.allocator.buffer(capacity: 2 * (ahead.readableBytes + data.readableBytes))
            larger.writeImmutableBuffer(ahead)
            ahead.zero(at: ahead.readerIndex, count: ahead.readableBytes)
            ahead = larger
        }
        let start = data.readerIndex
        let count = data.readableBytes
        ahead.writeBuffer(&data)
        data.zero(at: start, count: count)
    }

    // MARK: What the server says

    /// Closes the connection when one of its deadlines is over.
    func checkDeadlines() {
        if let unreadSince {
            // Nothing is read meanwhile, so the other deadlines would blame the peer for our own pause.
            if roster.now - unreadSince >= roster.unreadTicks { close("answers were left unread") }
        } else if let frameBegan, roster.now - frameBegan >= roster.frameTicks {
            close("a frame took too long")
        } else if work == nil, roster.now - lastHeard >= roster.idleTicks {
            close(nil)
        }
    }

    /// Takes no further request and closes once the one in work is answered.
    func drain() {
        hasEnded = true
        isDraining = true
        discard()
        proceed()
    }

    /// Closes now; a call in work is finished or given up, and what it says is not sent.
    func cut() {
        close(nil)
        gone()
    }

    /// Which call is in work.
    var methodInWork: UInt16? { work?.method }

    // MARK: Requests in, answers out

    /// Answers what is there, as far as it goes.
    private func proceed() {
        guard !isLooping, let context else { return }
        isLooping = true
        while work == nil, canWrite, !isClosing, !isFlushing, step() {}
        isLooping = false
        flush(context)
        guard !isClosing, !isFlushing else { return }
        frameBegan = decoder.isInsideFrame ? frameBegan ?? roster.now : nil
        if hasEnded, work == nil, canWrite { return closeWhenFlushed(context) }
        // While a call is in work reading goes on until something has come: most peers wait for their answer, and switching costs
        // two system calls.
        setReading(ahead.readableBytes == 0)
    }

    /// Answers one request; false when no whole one is there.
    private func step() -> Bool {
        let incoming: Incoming?
        do {
            incoming = try decoder.next(from: &ahead) { dispatcher.verdict($0, for: peer) }
        } catch {
            refuse(error)
            return false
        }
        guard let incoming else { return false }
        lastHeard = roster.now
        frameBegan = nil
        switch incoming {
        case .refused(let header, let failure):
            put(.failure(failure), to: header, into: &roster.scratch)
        case .request(let frame):
            let answer = dispatcher.answer(frame, from: peer) { [self] in finish($0, frame.header) }
            switch answer {
            case .now(let outcome): put(outcome, to: frame.header, into: &roster.scratch)
            case .later(let waiter): work = waiter
            }
        }
        return true
    }

    /// The request in work has ended; nil when there is nothing to send.
    private func finish(_ outcome: Outcome?, _ header: FrameHeader) {
        work = nil
        guard let context, !isClosing else { return }
        lastHeard = roster.now
        guard let outcome else { return close(nil) }
        // A buffer of its own, wiped once the kernel has it: the answer may hold a secret.
        var buffer = context.channel.allocator.buffer(capacity: 256)
        put(outcome, to: header, into: &buffer)
        let start = buffer.readerIndex
        let count = buffer.readableBytes
        context.writeAndFlush(wrapOutboundOut(buffer)).assumeIsolated().whenComplete { [buffer] _ in
            buffer.zero(at: start, count: count)
        }
        proceed()
    }

    /// Writes one answer's header and body.
    private func put(_ outcome: Outcome, to header: FrameHeader, into buffer: inout ByteBuffer) {
        do {
            let (kind, body) =
                switch outcome {
                case .reply(let body): (FrameHeader.Kind.reply, body)
                case .failure(let failure): (FrameHeader.Kind.failure, try BodyCodec.bytes(failure))
                }
            let bytes = body.bytes
            buffer.writeMultipleIntegers(
                UInt32(bytes.count), FrameHeader.version, kind.rawValue, header.method, header.id)
            buffer.writeBytes(bytes)
            if roster.logsCalls { note(outcome, header) }
        } catch {
            // A failure that cannot be written down would leave the peer waiting for ever.
            roster.logger.error("a failure could not be encoded: \(error)")
            close(nil)
        }
    }

    /// Number, roles and outcome; never content.
    private func note(_ outcome: Outcome, _ header: FrameHeader) {
        let end =
            switch outcome {
            case .reply: "answered"
            case .failure(let failure): failure.code.name
            }
        roster.logger.debug(
            "call \(String(header.method, radix: 16)) \(end)",
            metadata: ["uid": "\(peer.uid)", "roles": "\(peer.roles.roles.map(\.rawValue))"])
    }

    private func flush(_ context: ChannelHandlerContext) {
        guard roster.scratch.readableBytes > 0 else { return }
        // Another turn of `proceed` may begin inside the write; it must find an empty buffer.
        var answers = ByteBuffer()
        swap(&answers, &roster.scratch)
        context.writeAndFlush(wrapOutboundOut(answers), promise: nil)
        answers.clear()
        roster.scratch = answers
    }

    // MARK: The end

    private func refuse(_ error: Unframeable) {
        roster.unframeable.run { hidden in
            roster.logger.notice(
                "unframeable bytes, connection closed: \(error)",
                metadata: ["uid": "\(peer.uid)", "pid": "\(peer.credentials.pid)", "unshown": "\(hidden)"])
        }
        if let context { flush(context) }
        close(nil)
    }

    private func close(_ reason: String?) {
        guard !isClosing else { return }
        isClosing = true
        if let reason { roster.logger.debug("closed: \(reason)", metadata: ["uid": "\(peer.uid)"]) }
        context?.close(promise: nil)
    }

    private func closeWhenFlushed(_ context: ChannelHandlerContext) {
        do {
            if try context.channel.syncOptions?.getOption(.bufferedWritableBytes) == 0 { return close(nil) }
        } catch {
            return close("the write buffer could not be looked at")
        }
        isFlushing = true
        // Written last, so done last; a peer that leaves its answers unread meets its deadline first.
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    private func gone() {
        isClosing = true
        discard()
        work?.abandon()
        work = nil
    }

    /// Wipes what has come and will not be answered.
    private func discard() {
        decoder.discard()
        ahead.zero(at: ahead.readerIndex, count: ahead.readableBytes)
        ahead = ByteBuffer()
    }

    private func setReading(_ wanted: Bool) {
        guard wanted != isReading, !hasEnded, let context else { return }
        isReading = wanted
        do {
            try context.channel.syncOptions?.setOption(ChannelOptions.autoRead, value: wanted)
        } catch {
            close("reading could not be switched")
        }
    }
}
