import SSPRProtocol
import SSPRVocabulary

/// Adds the pages of `reports.activity` up.
struct ActivityFigures {
    /// How far recoveries of accounts have come.
    struct Steps {
        var begun: UInt64 = 0
        var proven: UInt64 = 0
        var provenTwice: UInt64 = 0
        var granted: UInt64 = 0
        var finished: UInt64 = 0
        /// How they ended.
        var endings: [Ending: UInt64] = [:]
        /// Begun for names that are no account's.
        var strangers: UInt64 = 0
        /// From the beginning to the end, in milliseconds.
        var times: [UInt64] = []
    }

    /// How a recovery ended, in the words of feature F10; each one in one way.
    enum Ending: CaseIterable {
        case succeeded, cancelled, failed, blocked, abandonedUnproven, abandonedProven, abandonedGranted, underWay

        var title: String {
            switch self {
            case .succeeded: "succeeded"
            case .cancelled: "cancelled"
            case .failed: "failed"
            case .blocked: "blocked"
            case .abandonedUnproven: "abandoned before a proof"
            case .abandonedProven: "abandoned after a proof"
            case .abandonedGranted: "abandoned with a grant"
            case .underWay: "under way"
            }
        }
    }

    /// What is counted of a bucket.
    struct Key: Hashable {
        let startsAt: Timestamp
        let kind: EventKind
        let outcome: EventOutcome
        let method: MethodKind?
    }

    private(set) var tallies: [Key: UInt64] = [:]
    private(set) var origins: [EventActor: (refused: UInt64, throttled: UInt64)] = [:]
    private(set) var steps = Steps()
    private var open: [RecoveryID: RecoverySteps] = [:]

    /// Reads all pages.
    static func read(
        from: Timestamp, to: Timestamp, by bucket: ReportBucket, on console: Console
    ) throws -> ActivityFigures {
        var figures = ActivityFigures()
        var after: UInt64?
        while true {
            let page = try console.call(
                ReportActivity.self, .init(from: from, to: to, bucket: bucket, after: after),
                doing: "report what happened", in: .audit)
            figures.add(page)
            if page.isLast { break }
            after = page.reached
        }
        for recovery in figures.open.values { figures.steps.add(recovery) }
        figures.open = [:]
        figures.steps.times.sort()
        return figures
    }

    private mutating func add(_ page: ReportActivity.Reply) {
        for tally in page.tallies {
            let key = Key(startsAt: tally.startsAt, kind: tally.kind, outcome: tally.outcome, method: tally.method)
            tallies[key, default: 0] += UInt64(tally.count)
        }
        for origin in page.origins {
            origins[origin.actor, default: (0, 0)].refused += UInt64(origin.refused)
            origins[origin.actor, default: (0, 0)].throttled += UInt64(origin.throttled)
        }
        var newest = Timestamp(milliseconds: .min)
        for part in page.recoveries where part.begunAt != nil || open[part.recovery] != nil {
            newest = max(newest, part.begunAt ?? newest)
            open[part.recovery] = open[part.recovery].map { $0.joined(with: part) } ?? part
        }
        // A recovery lives for 15 minutes: what is older by an hour is over, and need not be kept.
        for (id, recovery) in open where newest - (recovery.begunAt ?? newest) > .hours(1) {
            steps.add(recovery)
            open[id] = nil
        }
    }

    /// How many events of a kind there were in a bucket, or in all.
    func count(
        _ kind: EventKind, _ outcome: EventOutcome, of method: MethodKind? = nil, in start: Timestamp? = nil
    ) -> UInt64 {
        tallies.reduce(0) { sum, entry in
            let key = entry.key
            let fits =
                key.kind == kind && key.outcome == outcome && (method == nil || key.method == method)
                && (start == nil || key.startsAt == start)
            return fits ? sum + entry.value : sum
        }
    }
}

extension RecoverySteps {
    fileprivate func joined(with next: RecoverySteps) -> RecoverySteps {
        var joined = self
        joined.begunAt = begunAt ?? next.begunAt
        joined.isStrangers = isStrangers ?? next.isStrangers
        joined.proofs += next.proofs
        joined.grantedAt = grantedAt ?? next.grantedAt
        joined.finishedAt = finishedAt ?? next.finishedAt
        joined.isCancelled = isCancelled ?? next.isCancelled
        joined.abandonedAfter = abandonedAfter ?? next.abandonedAfter
        joined.hasFailed = hasFailed ?? next.hasFailed
        joined.isBlocked = isBlocked ?? next.isBlocked
        return joined
    }
}

extension RecoverySteps {
    /// What happened first of all wins over what followed: a blocked recovery is left because it is blocked.
    fileprivate var ending: ActivityFigures.Ending {
        if finishedAt != nil { return .succeeded }
        if isCancelled == true { return .cancelled }
        if hasFailed == true { return .failed }
        if isBlocked == true { return .blocked }
        return switch abandonedAfter {
        case .begun: .abandonedUnproven
        case .proven: .abandonedProven
        case .granted: .abandonedGranted
        case nil: .underWay
        }
    }
}

extension ActivityFigures.Steps {
    fileprivate mutating func add(_ recovery: RecoverySteps) {
        guard let begunAt = recovery.begunAt else { return }
        guard recovery.isStrangers != true else {
            strangers += 1
            return
        }
        begun += 1
        if recovery.proofs > 0 { proven += 1 }
        if recovery.proofs > 1 { provenTwice += 1 }
        if recovery.grantedAt != nil { granted += 1 }
        endings[recovery.ending, default: 0] += 1
        guard let finishedAt = recovery.finishedAt else { return }
        finished += 1
        // A clock that was set back in between makes it look negative.
        times.append(UInt64(max(0, (finishedAt - begunAt).milliseconds)))
    }
}
