import SSPRVocabulary

/// What messages may cost: budgets of destinations and channels, inside the caller's transaction (attack F5).
///
/// A spent budget is told in the trail once, and nothing is sent; no reply changes.
struct Budgets {
    let world: Surroundings
    let tx: any Transaction

    /// Counts one code message; false when the destination or the channel has had enough.
    ///
    /// With `counts` false, for a message that goes to nobody, the same rows are written and nothing is counted (attack C1).
    func spendCode(to destination: SubjectKey, via channel: DeliveryChannel, counts: Bool = true) throws -> Bool {
        // Both in any case, for the rows that they write.
        let destination = try isWithin(world.counters(tx).spend(destination, .destination, counts: counts))
        let channel = try spend(channel, counts: counts)
        return destination && channel
    }

    /// Counts one message of any kind through a channel; false when it has had enough for the day.
    func spend(_ channel: DeliveryChannel, counts: Bool = true) throws -> Bool {
        guard let limit = try world.policy(in: tx).dailyBudget(of: channel) else { return true }
        return try isWithin(world.counters(tx).spend(channel, limit: limit, counts: counts))
    }

    /// Whom a destination's counter counts.
    func key(of contact: Contact) -> SubjectKey {
        .destination(world.tags.tag(.destination, Array(contact.destination.utf8)))
    }

    /// The same for a destination that only seems to be there.
    func key(of offer: Offer, subject: SubjectKey) -> SubjectKey {
        let choice = [UInt8(truncatingIfNeeded: offer.choice)]
        return .decoy(world.tags.tag(.destination, subject.bytes, choice), of: subject)
    }

    private func isWithin(_ spending: Counters.Spending) throws -> Bool {
        switch spending {
        case .within: return true
        case .spent: return false
        case .justSpent:
            try tx.append(
                AuditEvent(.budgetSpent, .throttled, at: world.now, by: world.daemon, reason: .tooManyMessages))
            return false
        }
    }
}
