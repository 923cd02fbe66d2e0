import SSPRVocabulary

@testable import SSPRDomain

/// What a jump of the wall clock and an older state do to all rows, over values in memory.
extension MemoryTransaction {
    func keep(_ reading: ClockReading) { rows.reading = reading }

    func move(with jump: ClockJump) {
        func life(_ moment: inout Timestamp) {
            if jump.isBack, moment > jump.to { moment = moment + jump.distance }
        }
        func wait(_ moment: inout Timestamp) {
            if moment > jump.earlier { moment = moment + jump.distance }
        }
        func wait(_ moment: inout Timestamp?) {
            guard var until = moment else { return }
            wait(&until)
            moment = until
        }
        func mark(_ moment: inout Timestamp) { moment = moment + jump.distance }

        if jump.isBack {
            rows.setBackFrom = max(rows.setBackFrom, jump.from)
            rows.setBackTo = jump.to
            rows.recordedSince = min(rows.recordedSince, jump.to)
        } else if rows.setBackFrom > jump.from {
            rows.leaps.append((jump.from, jump.to))
        }
        each(\.recoveries) { life(&$0.expiresAt) }
        each(\.registrations) { life(&$0.expiresAt) }
        each(\.passes) { life(&$0.expiresAt) }
        each(\.methods) { wait(&$0.usableFrom) }
        for place in rows.resetNotes.indices { mark(&rows.resetNotes[place].row.happenedAt) }
        for place in rows.traces.indices { life(&rows.traces[place].row.expiresAt) }
        each(\.codes) {
            life(&$0.expiresAt)
            mark(&$0.sentAt)
        }
        each(\.approvals) {
            life(&$0.expiresAt)
            mark(&$0.askedAt)
        }
        each(\.enrolments) {
            life(&$0.expiresAt)
            mark(&$0.begunAt)
        }
        each(\.undos) {
            life(&$0.expiresAt)
            mark(&$0.changedAt)
        }
        each(\.counters) {
            mark(&$0.firstAt)
            mark(&$0.lastAt)
            wait(&$0.blockedUntil)
        }
        each(\.deliveries) {
            life(&$0.expiresAt)
            wait(&$0.dueAt)
            wait(&$0.leasedUntil)
        }
    }

    func insert(_ configured: ConfiguredPolicyRow) { rows.configured.append(configured) }
    func record(since moment: Timestamp) { rows.recordedSince = max(rows.recordedSince, moment) }
    // Former states are kept beside these values, and not in them.
    func removePast(endedBefore moment: Timestamp, atMost count: Int) {}

    func voidWhatMayBeUsedUp(appCodesFrom step: UInt64, now: Timestamp) {
        each(\.codes) { $0.isSpent = true }
        each(\.approvals) { if $0.state == .open || $0.state == .approved { $0.state = .refused } }
        each(\.passes) { $0.isSpent = true }
        each(\.methods) { if $0.kind == .totp { $0.floor = max($0.floor, step - min(1, step)) } }
        each(\.deliveries) { row in
            guard row.kind.carriesCode, row.expiresAt > now else { return }
            row.expiresAt = now
            row.leasedUntil = nil
        }
        rows.registrations = [:]
        rows.enrolments = [:]
        rows.undos = [:]
    }

    private func each<Key, Row>(_ family: WritableKeyPath<MemoryRows, [Key: Row]>, _ change: (inout Row) -> Void) {
        rows[keyPath: family] = rows[keyPath: family].mapValues { row in
            var row = row
            change(&row)
            return row
        }
    }
}
