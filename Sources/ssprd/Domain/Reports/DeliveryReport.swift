public import SSPRVocabulary

extension Reports {
    /// Messages looked at for one page.
    static let messagesAtOnce = 1024

    /// What became of messages that were queued from `from` until before `to`; only traces that are still kept.
    public func deliveries(
        from: Timestamp, to: Timestamp, after number: UInt64
    ) throws -> (channels: [ChannelFigures], reached: UInt64, isLast: Bool) {
        try world.store.read { tx in
            var figures: [DeliveryChannel: ChannelFigures] = [:]
            var reached = number
            var isLast = false
            for _ in 0..<(Self.messagesAtOnce / Self.stride) where !isLast {
                let traces = try tx.traces(after: reached, of: nil, limit: Self.stride)
                for trace in traces
                where trace.row.aim != .filler && from <= trace.row.queuedAt && trace.row.queuedAt < to {
                    let channel = trace.row.channel
                    figures[channel, default: ChannelFigures(channel: channel)].add(trace.row, at: world.now)
                }
                reached = traces.last?.number ?? reached
                isLast = traces.count < Self.stride
            }
            return (DeliveryChannel.allCases.compactMap { figures[$0] }, reached, isLast)
        }
    }
}

extension ChannelFigures {
    fileprivate mutating func add(_ row: TraceRow, at now: Timestamp) {
        guard row.aim == .person else {
            withheld += 1
            return
        }
        queued += 1
        let fate = row.fate(at: now)
        switch fate.state {
        case .queued, .taken: waiting += 1
        case .accepted:
            accepted += 1
            // A clock that was set back in between makes it look negative.
            if let settled = fate.settledAt { delays.append(UInt64(max(0, (settled - row.queuedAt).milliseconds))) }
        case .failed:
            // Its life was over, whether a courier said so or nobody did.
            if row.settledAt == nil || fate.reason == .expired { expired += 1 } else { failed += 1 }
        }
    }
}
