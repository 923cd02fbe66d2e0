import SSPRVocabulary

@testable import SSPRDomain

/// Moving stored times with a jump of the wall clock, over values in memory.
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

        each(\.recoveries) { life(&$0.expiresAt) }
        each(\.registrations) { life(&$0.expiresAt) }
        each(\.passes) { life(&$0.expiresAt) }
        each(\.methods) { wait(&$0.usableFrom) }
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

    private func each<Key, Row>(_ family: WritableKeyPath<MemoryRows, [Key: Row]>, _ change: (inout Row) -> Void) {
        rows[keyPath: family] = rows[keyPath: family].mapValues { row in
            var row = row
            change(&row)
            return row
        }
    }
}
