import SSPRVocabulary

// Notices that anybody can cause by guessing: as many rows are written whoever they are about (attack C1).

extension Notices {
    /// Tells an account of what guessing has done to it, and writes as much where there is nobody to tell.
    ///
    /// A message is written for every contact that an account has room for. How many of them somebody has, and whether the policy lets them
    /// be offered just now, cannot be told from the time that it takes. `offered` are the channels by which nobody seems to be reached: they
    /// count as a real account's messages do; what only makes the number full counts for nobody.
    func tellAlike(
        _ tx: any Transaction, _ account: AccountRow?, _ subject: SubjectKey, _ kind: MessageKind,
        offered: [DeliveryChannel]
    ) throws {
        var missing = Self.everyContact
        func isWritten(_ channel: DeliveryChannel) {
            if let place = missing.firstIndex(of: channel) { missing.remove(at: place) }
        }
        if let account {
            for channel in try tell(tx, account, kind) { isWritten(channel) }
        } else {
            for channel in offered where try pretend(tx, subject, kind, via: channel) { isWritten(channel) }
        }
        for channel in missing { try pretend(tx, subject, kind, via: channel, .filler) }
    }

    /// The channels of all contacts that notices go to and an account can have.
    private static let everyContact: [DeliveryChannel] = MethodKind.allCases.flatMap { kind in
        kind.noticeChannel.map { Array(repeating: $0, count: Registration.room(for: kind)) } ?? []
    }

    /// Writes what telling by one contact writes, and tells nobody; false where a real account would have been told no more.
    @discardableResult private func pretend(
        _ tx: any Transaction, _ subject: SubjectKey, _ kind: MessageKind, via channel: DeliveryChannel,
        _ aim: TraceAim = .nobody
    ) throws -> Bool {
        let counts = aim != .filler
        guard try world.counters(tx).spend(subject, .notices, counts: counts) == .within else { return false }
        _ = try Budgets(world: world, tx: tx).spend(channel, counts: false)
        try queue(
            tx, kind, to: .contact(Decoys(world: world).contact()), via: channel, about: nil,
            life: Throttles.noticeLife, aim: aim)
        return true
    }
}
