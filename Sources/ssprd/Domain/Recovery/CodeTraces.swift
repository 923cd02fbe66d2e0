public import SSPRVocabulary

extension Recovery {
    /// Where the newest code message of a choice is; before the first proof, how its channel does.
    ///
    /// Nothing that is told before a proof is read from a row about the recovery's own messages: not even whether one was written, which
    /// would tell a right number from a wrong one once the budget is spent (attack C2).
    public func trace(
        _ handle: RecoveryHandle, _ choice: UInt32, via channel: DeliveryChannel? = nil, known: DeliveryState? = nil,
        by actor: EventActor
    ) throws -> Step<Traces.Told> {
        try traces.follow(world.hash(of: handle), known: known) {
            try world.store.read { tx in
                let recovery = try live(tx, handle, by: actor)
                guard let offer = recovery.offers.first(where: { $0.choice == choice }),
                    let channel = channel ?? offer.kind.channels.first, offer.kind.channels.contains(channel)
                else { throw Refusal.refused }
                // Where a number is typed, its message's fate would tell whether it was the right one (attack A1).
                let policy = try world.policy(of: recovery, in: tx)
                let isExact = !recovery.proven.isEmpty && !policy.confirmsContact(offer.kind)
                return try traces.look(
                    tx, at: isExact ? .recovery(recovery.id, choice: choice) : nil, via: channel)
            }
        }
    }
}
