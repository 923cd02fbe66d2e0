import SSPRVocabulary

extension Deliveries {
    /// Forgets messages that have died with their expiry, and writes down each one that was meant for somebody.
    ///
    /// By the clock and not on some caller's way: what has become of another's messages must not show in the time of a call (attack C1).
    public func forgetExpired() throws {
        // Looking first keeps an idle daemon from writing.
        while try !world.store.read({ try $0.expiredDeliveries(at: world.now, limit: 1).isEmpty }) {
            try world.commit { tx in
                // In portions: others wait to write.
                for row in try tx.expiredDeliveries(at: world.now, limit: 64) {
                    try tx.remove(row.id)
                    guard let account = row.account else { continue }
                    // Under a lease that nobody has reported, a courier may have handed it on before it died.
                    let outcome: EventOutcome = row.leasedUntil == nil ? .failed : .unknown
                    try tx.append(
                        AuditEvent(
                            .deliverySettled, outcome, at: world.now, by: world.daemon,
                            account: try tx.account(account)?.name, reason: .expired, delivery: row.id))
                }
            }
        }
    }
}
