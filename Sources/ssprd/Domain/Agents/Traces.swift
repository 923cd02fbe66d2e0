public import SSPRVocabulary

/// Where messages are: for those who wait for one, and with the reasons for administrators (feature F8).
///
/// Before the first proof nobody is told of a message, only of its channel: a message to nobody is never taken (decision 0016).
public struct Traces: Sendable {
    let world: Surroundings
    let watch: ChannelWatch
    /// By the keyed hash of a handle.
    let waits: SoleWaits<[UInt8]>

    /// What a recipient is told.
    public struct Told: Sendable, Equatable {
        /// How far it has come; `queued` unless `isExact`.
        public var state = DeliveryState.queued
        /// True when this is about the message itself.
        public var isExact = false
        /// How it travels.
        public var channel: DeliveryChannel
        /// True when a courier for the channel is there.
        public var isServed: Bool
        /// Whether the channel's last message to somebody proven was accepted; nil when there was none.
        public var isWorking: Bool?
        /// How long such messages usually take.
        public var usual: Timestamp.Span?
        /// When it was queued.
        public var queuedAt: Timestamp?
        /// When a courier last took it.
        public var takenAt: Timestamp?
        /// When it was accepted or failed.
        public var settledAt: Timestamp?
    }

    /// What is told now, and when there may be something else to tell.
    struct Look {
        let told: Told
        let topic: Topic
        let changesAt: Timestamp?
    }

    /// Looks at the newest message that was sent for `origin`; without it, at the channel only.
    func look(_ tx: any Snapshot, at origin: TraceOrigin?, via channel: DeliveryChannel) throws -> Look {
        let trace = try origin.flatMap { try tx.newestTrace(for: $0) }.flatMap { $0.isToldToItsRecipient ? $0 : nil }
        let channel = trace?.channel ?? channel
        let presence = watch.presence(channel)
        let row = try tx.channel(channel)
        var told = Told(
            channel: channel, isServed: presence != nil, isWorking: row?.isWorking, usual: row?.usual)
        guard let trace else { return Look(told: told, topic: .channel(channel), changesAt: presence) }
        let fate = trace.fate(at: world.now)
        told.isExact = true
        told.state = fate.state
        told.queuedAt = trace.queuedAt
        told.takenAt = trace.takenAt
        told.settledAt = fate.settledAt
        return Look(
            told: told, topic: .trace(trace.delivery), changesAt: fate.settledAt == nil ? trace.expiresAt : nil)
    }

    /// Tells at once, or waits for news when the caller knows the state already.
    ///
    /// One wait a handle: `Refusal.busy` for a second one, so that nobody fills the places of a whole uid with one recovery.
    func follow(
        _ handle: [UInt8], known: DeliveryState?, _ look: @escaping @Sendable () throws -> Look
    ) throws -> Step<Told> {
        let first = try look()
        guard first.told.state == known else { return .done(first.told) }
        guard let pass = waits.enter(handle) else { throw Refusal.busy }
        return wait(first, known: first.told, until: world.now + Throttles.wait, pass, look)
    }

    private func wait(
        _ last: Look, known: Told, until: Timestamp, _ pass: AttemptPass,
        _ look: @escaping @Sendable () throws -> Look
    ) -> Step<Told> {
        .wait(for: last.topic, until: min(until, last.changesAt ?? until)) { reason in
            do {
                let next = try look()
                if reason != .abandoned, next.told == known, world.now < until {
                    return wait(next, known: known, until: until, pass, look)
                }
                pass.giveBack()
                return .done(next.told)
            } catch {
                pass.giveBack()
                throw error
            }
        }
    }

    // MARK: For administrators

    /// Which messages an administrator wants.
    public struct Filter: Sendable {
        let account: AccountName?
        let channel: DeliveryChannel?
        let state: DeliveryState?

        /// Chooses messages.
        public init(account: AccountName? = nil, channel: DeliveryChannel? = nil, state: DeliveryState? = nil) {
            self.account = account
            self.channel = channel
            self.state = state
        }
    }

    /// What became of a message.
    public struct Entry: Sendable {
        /// The message.
        public let row: TraceRow
        /// About whose account.
        public let account: AccountName?
        /// How far it has come by now, and why.
        public let fate: TraceRow.Fate
    }

    /// A page of messages.
    public struct Page: Sendable {
        /// What matches.
        public let entries: [Entry]
        /// The last number that was looked at.
        public let reached: UInt64
        /// True when nothing comes after.
        public let isLast: Bool
    }

    /// A page after a number; throws `Refusal.notFound` for an account that is none.
    public func list(after number: UInt64, _ filter: Filter, limit: Int) throws -> Page {
        try world.store.read { tx in
            let account = try filter.account.map { name in
                guard let account = try tx.account(named: name) else { throw Refusal.notFound }
                return account.id
            }
            // Looked at: bounds the work of a filter that matches nothing.
            let traces = try tx.traces(after: number, of: account, limit: limit)
            let since = world.now + -Throttles.traceLife
            let shown = traces.map(\.row).filter { $0.aim != .filler && $0.queuedAt >= since }
            let entries = try shown.map { row in
                Entry(
                    row: row, account: try row.account.flatMap { try tx.account($0)?.name },
                    fate: row.fate(at: world.now))
            }
            return Page(
                entries: entries.filter { filter.accepts($0) }, reached: traces.last?.number ?? number,
                isLast: traces.count < limit)
        }
    }
}

extension Traces.Filter {
    func accepts(_ entry: Traces.Entry) -> Bool {
        (channel == nil || entry.row.channel == channel) && (state == nil || entry.fate.state == state)
    }
}

extension TraceRow {
    /// How far a message has come by a moment.
    public struct Fate: Sendable, Equatable {
        /// How far.
        public let state: DeliveryState
        /// Why it failed, or why the last attempt did.
        public let reason: EventReason?
        /// When it was accepted or failed.
        public let settledAt: Timestamp?

        /// Says how far.
        public init(state: DeliveryState, reason: EventReason?, settledAt: Timestamp?) {
            self.state = state
            self.reason = reason
            self.settledAt = settledAt
        }
    }

    /// What a row says by now: nobody writes down that a life is over, or that nobody was meant.
    func fate(at now: Timestamp) -> Fate {
        if let reason = aim.reason { return Fate(state: .failed, reason: reason, settledAt: queuedAt) }
        guard settledAt == nil, expiresAt <= now else {
            return Fate(state: state, reason: reason, settledAt: settledAt)
        }
        return Fate(state: .failed, reason: reason ?? (attempts == 0 ? .noCourier : .expired), settledAt: expiresAt)
    }

    /// True when its own fate may be told to somebody who has proven something: not that a method is out of use (attack C3), and not
    /// whether a number was right.
    var isToldToItsRecipient: Bool { aim == .person || aim == .overBudget }
}

extension TraceAim {
    /// Why it will not come; nil when it may.
    var reason: EventReason? {
        switch self {
        case .person: nil
        case .nobody, .filler: .noRecipient
        case .outOfUse: .outOfUse
        case .unconfirmed: .unconfirmed
        case .overBudget: .tooManyMessages
        }
    }
}
