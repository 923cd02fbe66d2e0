public import SSPRVocabulary

extension Reports {
    /// Events looked at for one page.
    static let eventsAtOnce = 8192
    /// How far beyond the report's time the trail is read: longer than a recovery lives with its order, so that what began in time is seen
    /// to its end, and than a clock is usually set back.
    static let margin = Timestamp.Span.hours(1)

    /// A page of what happened.
    public struct ActivityPage: Sendable, Equatable {
        /// In the order of time.
        public let tallies: [ActivityTally]
        /// What the page says of recoveries.
        public let recoveries: [RecoverySteps]
        /// Peers with refusals.
        public let origins: [OriginTally]
        /// The last number that was looked at.
        public let reached: UInt64
        /// True when nothing comes after that belongs to the time.
        public let isLast: Bool
    }

    /// Counts events from `from` until before `to`, beginning after a number or, without one, where the time begins.
    public func activity(
        from: Timestamp, to: Timestamp, by bucket: ReportBucket, after number: UInt64?
    ) throws -> ActivityPage {
        try world.store.read { tx in
            var count = ActivityCount(from: from, to: to, bucket: bucket)
            var reached = try number ?? tx.lastEvent(before: from + -Self.margin)
            for _ in 0..<(Self.eventsAtOnce / Self.stride) {
                let links = try tx.links(after: reached, limit: Self.stride)
                for link in links {
                    if link.event.at >= to + Self.margin { return count.page(reached, isLast: true) }
                    guard !count.isFull else { return count.page(reached, isLast: false) }
                    count.add(link.event)
                    reached = link.sequence
                }
                if links.count < Self.stride { return count.page(reached, isLast: true) }
            }
            return count.page(reached, isLast: false)
        }
    }
}

/// Counts events.
struct ActivityCount {
    private let from: Timestamp
    private let to: Timestamp
    private let bucket: ReportBucket
    private var tallies: [Key: UInt32] = [:]
    private var recoveries: [RecoveryID: RecoverySteps] = [:]
    private var origins: [EventActor: (refused: UInt32, throttled: UInt32)] = [:]

    private struct Key: Hashable {
        let start: Timestamp
        let kind: EventKind
        let outcome: EventOutcome
        let method: MethodKind?
    }

    /// Kinds that are counted; all others are only looked at for refusals.
    private static let counted: Set<EventKind> = [
        .passwordReset, .accountUnlocked, .passwordChanged, .passwordUndone, .methodRegistered, .methodRemoved,
        .recoveryBegun, .recoveryGranted, .recoveryBlocked, .recoveryCancelled, .recoveryAbandoned, .recoveryFailed,
        .signInLocked, .proofAnswered, .callerAsked,
    ]

    /// Ends that never succeed.
    private static let failures: Set<EventKind> = [.recoveryAbandoned, .recoveryFailed]

    init(from: Timestamp, to: Timestamp, bucket: ReportBucket) {
        self.from = from
        self.to = to
        self.bucket = bucket
    }

    /// True when one event more might not fit into a reply.
    var isFull: Bool { tallies.count >= 256 || recoveries.count >= 512 || origins.count >= 128 }

    mutating func add(_ event: AuditEvent) {
        let isInTime = from <= event.at && event.at < to
        note(event, isInTime)
        guard isInTime else { return }
        if Self.counted.contains(event.kind) {
            let key = Key(
                start: bucket.start(of: event.at), kind: event.kind, outcome: event.outcome, method: event.method)
            tallies[key, default: 0] += 1
        }
        switch event.outcome {
        case .refused: origins[event.actor, default: (0, 0)].refused += 1
        case .throttled: origins[event.actor, default: (0, 0)].throttled += 1
        default: break
        }
    }

    /// Notes the step of a recovery; a begin that was throttled is no recovery.
    private mutating func note(_ event: AuditEvent, _ isInTime: Bool) {
        guard let id = event.recovery, event.outcome == .succeeded || Self.failures.contains(event.kind) else { return }
        var steps = recoveries[id] ?? RecoverySteps(recovery: id)
        switch event.kind {
        case .recoveryBegun:
            guard isInTime else { return }
            steps.begunAt = event.at
            if event.account == nil { steps.isStrangers = true }
        case .proofAnswered: steps.proofs += 1
        case .recoveryGranted: steps.grantedAt = event.at
        case .passwordReset, .accountUnlocked, .registrationProven: steps.finishedAt = event.at
        case .recoveryCancelled: steps.isCancelled = true
        case .recoveryAbandoned: steps.abandonedAfter = event.step
        case .recoveryFailed: steps.hasFailed = true
        case .recoveryBlocked: steps.isBlocked = true
        default: return
        }
        recoveries[id] = steps
    }

    func page(_ reached: UInt64, isLast: Bool) -> Reports.ActivityPage {
        let tallies = tallies.map { key, count in
            ActivityTally(
                startsAt: key.start, kind: key.kind, outcome: key.outcome, method: key.method, count: count)
        }
        let origins = origins.map { OriginTally(actor: $0, refused: $1.refused, throttled: $1.throttled) }
        return Reports.ActivityPage(
            tallies: tallies.sorted { Self.order($0) < Self.order($1) },
            recoveries: recoveries.values.sorted { $0.recovery.number < $1.recovery.number },
            origins: origins.sorted { Self.order($0.actor) < Self.order($1.actor) }, reached: reached, isLast: isLast)
    }

    private static func order(_ tally: ActivityTally) -> (Int64, String, String, String) {
        (tally.startsAt.milliseconds, tally.kind.rawValue, tally.outcome.rawValue, tally.method?.rawValue ?? "")
    }

    private static func order(_ actor: EventActor) -> (UInt32, String) { (actor.uid, actor.role?.rawValue ?? "") }
}
