public import SSPRVocabulary

/// A message as a courier is given it.
public struct LeasedDelivery: Sendable {
    /// The row under lease.
    public let row: DeliveryRow
    /// Where to.
    public let recipient: Recipient
    /// The code, for messages that carry one.
    public let code: OneTimeCode?
    /// When what it tells happened.
    public let happenedAt: Timestamp
    /// About whose account.
    public let account: AccountName
    /// What its reader reads; nil for the courier's default.
    public let language: LanguageTag?
    /// Until when a notice's code is good.
    public let codeExpiresAt: Timestamp?
    /// What it adds up.
    public let resets: ResetSummary?
}

/// The outbox as couriers see it: leased, at least once, fenced by the lease's number.
public struct Deliveries: Sendable {
    let world: Surroundings
    let watch: ChannelWatch

    /// Leases the message of these channels that has been due for longest; waits when there is none.
    public func claim(
        _ channels: [DeliveryChannel] = DeliveryChannel.allCases, by actor: EventActor
    ) throws -> Step<LeasedDelivery?> {
        try claim(channels, until: world.now + Throttles.wait, by: actor)
    }

    private func claim(
        _ channels: [DeliveryChannel], until: Timestamp, by actor: EventActor
    ) throws -> Step<LeasedDelivery?> {
        watch.see(channels)
        // Looking first keeps an idle courier from writing.
        while try world.store.read({ try oldest($0, channels) }) != nil {
            if let leased = try world.commit({ try lease($0, channels, by: actor) }) {
                world.bell.ring(.trace(leased.row.id))
                return .done(leased)
            }
        }
        // A repeat that falls due and a lease that runs out ring no bell.
        let next = try world.store.read { tx in
            try channels.compactMap { try tx.nextDeliveryTime(after: world.now, through: $0) }.min()
        }
        return .wait(for: .deliveries, until: min(next ?? until, until)) { reason in
            guard reason == .bell || (reason == .deadline && world.now < until) else { return .done(nil) }
            return try claim(channels, until: until, by: actor)
        }
    }

    private func oldest(_ tx: any Snapshot, _ channels: [DeliveryChannel]) throws -> DeliveryRow? {
        try channels.compactMap { try tx.nextDelivery(at: world.now, through: $0) }
            .min { ($0.freeAt, $0.id) < ($1.freeAt, $1.id) }
    }

    private func lease(
        _ tx: any Transaction, _ channels: [DeliveryChannel], by actor: EventActor
    ) throws -> LeasedDelivery? {
        guard var row = try oldest(tx, channels) else { return nil }
        guard let id = row.account, let account = try tx.account(id), let payload = try open(row, of: id) else {
            // It can never be read: kept, it would stand before all others for ever.
            try tx.remove(row.id)
            try trace(tx, row.id) { trace in
                trace.state = .failed
                trace.reason = .unreadable
                trace.settledAt = world.now
            }
            try tx.append(
                AuditEvent(
                    .deliverySettled, .failed, at: world.now, by: world.daemon, reason: .unreadable, delivery: row.id))
            return nil
        }
        guard try isStillMeant(tx, row) else {
            try tx.remove(row.id)
            try trace(tx, row.id) { trace in
                trace.state = .failed
                trace.reason = .expired
                trace.settledAt = world.now
            }
            return nil
        }
        row.lease += 1
        row.leasedUntil = world.now + Throttles.lease
        try tx.update(row)
        try trace(tx, row.id) { trace in
            trace.state = .taken
            trace.takenAt = world.now
            trace.attempts = row.lease
        }
        try tx.append(
            AuditEvent(.deliveryTaken, .succeeded, at: world.now, by: actor, account: account.name, delivery: row.id))
        // Asked for now, not when it was queued: a notice may wait for three days.
        let reader = try payload.reader.map { try tx.account($0) } ?? account
        return LeasedDelivery(
            row: row, recipient: payload.recipient, code: payload.code, happenedAt: payload.happenedAt,
            account: account.name, language: reader?.language, codeExpiresAt: payload.codeExpiresAt,
            resets: try row.digest.map { try tx.resets(in: $0, for: account.name) })
    }

    /// False for a wake-up whose question was answered, replaced by a newer one or taken back before a courier came.
    private func isStillMeant(_ tx: any Snapshot, _ row: DeliveryRow) throws -> Bool {
        guard let id = row.question else { return true }
        guard let question = try tx.approval(id), question.state == .open,
            let device = try question.method.flatMap({ try tx.method($0) }), !device.isDisabled
        else { return false }
        return try tx.recovery(question.recovery)?.state == .open
    }

    /// Opens what a message carries; nil when its seal is broken.
    private func open(_ row: DeliveryRow, of account: AccountID) throws -> DeliveryPayload? {
        do {
            return try DeliveryPayload(world.sealer.open(row.payload, for: DeliveryPayload.identity(row.id, account)))
        } catch is SealBroken {
            return nil
        }
    }

    /// Notes what became of a leased message; throws `Refusal.refused` when the lease is not the newest.
    public func report(
        _ id: DeliveryID, lease: UInt32, _ outcome: DeliveryOutcome, because fault: DeliveryFault? = nil,
        by actor: EventActor
    ) throws {
        guard outcome != .accepted || fault == nil else { throw Refusal.malformed }
        let (channel, isTold) = try world.commit { tx in
            guard var row = try tx.delivery(id), row.lease == lease, row.leasedUntil != nil else {
                throw Refusal.refused
            }
            let account = try row.account.flatMap { try tx.account($0)?.name }
            // What was not handed on within its life never will be.
            let isOver = outcome != .accepted && row.expiresAt <= world.now
            let reason = isOver ? .expired : fault?.reason ?? (outcome == .rejected ? .relayRefused : nil)
            let settled =
                outcome == .accepted ? EventOutcome.succeeded : outcome == .retry && !isOver ? .unavailable : .failed
            switch outcome {
            case _ where isOver, .accepted, .rejected:
                try tx.remove(id)
            case .retry:
                row.leasedUntil = nil
                row.dueAt = world.now + Self.pause(after: lease)
                try tx.update(row)
            }
            try trace(tx, id) { trace in
                trace.state = settled == .succeeded ? .accepted : settled == .unavailable ? .queued : .failed
                trace.reason = reason
                trace.settledAt = settled == .unavailable ? nil : world.now
            }
            if row.kind.isCausedByProof { try note(tx, row, outcome, reason) }
            try tx.append(
                AuditEvent(
                    .deliverySettled, settled, at: world.now, by: actor, account: account, reason: reason, delivery: id)
            )
            return (row.channel, row.kind.isCausedByProof)
        }
        watch.see([channel])
        world.bell.ring(.trace(id))
        if isTold { world.bell.ring(.channel(channel)) }
    }

    /// Changes a message's trace; an old one may be forgotten before its message.
    private func trace(_ tx: any Transaction, _ id: DeliveryID, _ change: (inout TraceRow) -> Void) throws {
        guard var trace = try tx.trace(of: id) else { return }
        change(&trace)
        try tx.update(trace)
    }

    /// Notes how the channel does.
    private func note(
        _ tx: any Transaction, _ row: DeliveryRow, _ outcome: DeliveryOutcome, _ reason: EventReason?
    ) throws {
        // What is wrong with one recipient says nothing about the channel.
        guard ![.unknownRecipient, .relayRefused, .expired].contains(reason) else { return }
        let before = try tx.channel(row.channel)
        var channel = before ?? ChannelRow(channel: row.channel, isWorking: true, usual: nil)
        channel.isWorking = outcome == .accepted
        if outcome == .accepted {
            let took = (world.now - row.queuedAt).milliseconds
            channel.usual = Timestamp.Span(milliseconds: channel.usual.map { ($0.milliseconds * 3 + took) / 4 } ?? took)
        }
        if channel != before { try tx.upsert(channel) }
    }

    /// 10 s, doubling, up to an hour.
    private static func pause(after attempts: UInt32) -> Timestamp.Span {
        let doubled = Throttles.firstRepeat.milliseconds << Int64(min(attempts, 10) - min(attempts, 1))
        return min(Timestamp.Span(milliseconds: doubled), .hours(1))
    }
}
