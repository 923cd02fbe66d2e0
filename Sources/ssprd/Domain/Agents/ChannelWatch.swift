import SSPRVocabulary

/// Which channels couriers have asked for lately: in memory, like the waits of couriers.
final class ChannelWatch: Sendable {
    private let ambient: any Ambient
    private let bell: any Bell
    private let lastSeen = Guarded<[DeliveryChannel: Timestamp]>([:])

    init(ambient: any Ambient, bell: any Bell) {
        self.ambient = ambient
        self.bell = bell
    }

    /// A courier of these channels has said something.
    func see(_ channels: [DeliveryChannel]) {
        let now = ambient.steady
        let back = lastSeen.withLock { seen in
            channels.filter { channel in
                let end = seen.updateValue(now, forKey: channel).map { $0 + Throttles.courierPresence }
                return end.map { $0 <= now } ?? true
            }
        }
        for channel in back { bell.ring(.channel(channel)) }
    }

    /// Until when a courier of the channel counts as present; nil when none is.
    ///
    /// The time is longer than a courier is ever away with a message, so that its absence never tells that there was one.
    func presence(_ channel: DeliveryChannel) -> Timestamp? {
        guard let seen = lastSeen.withLock({ $0[channel] }) else { return nil }
        let left = seen + Throttles.courierPresence - ambient.steady
        return left > .seconds(0) ? ambient.now + left : nil
    }
}
