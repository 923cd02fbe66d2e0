import SSPRVocabulary

/// Tells global administrators of administrators' resets: the first hundred at once, all others once a day, added up (feature F8).
///
/// A house of many administrators must not write thousands of messages in the transaction of one reset.
public struct ResetDigests: Sendable {
    let world: Surroundings
    let notices: Notices

    /// Global administrators who are told of each reset at once.
    public static let toldAtOnce = 100
    /// From the first reset of a digest to its messages: nobody gets more than one in this time.
    static let pause = Timestamp.Span.hours(24)
    /// Readers of one transaction of the sweep.
    static let readersAtOnce = 64
    /// How long what a digest tells is kept: a day until it is sent, three while its messages are tried (`Throttles.noticeLife`), and one more.
    static let memory = Timestamp.Span.hours(5 * 24)

    /// Tells of a reset in its transaction, and notes it for those whom it does not tell.
    func tell(_ tx: any Transaction, about account: AccountRow) throws {
        let readers = try readers(tx).filter { $0.id != account.id }
        let told = readers.prefix(Self.toldAtOnce)
        try notices.tell(tx, Array(told), .administratorReset, about: account)
        guard told.count < readers.count, let last = told.last else { return }
        try tx.insert(ResetNoteRow(about: account.name, happenedAt: world.now, toldUntil: last.name))
    }

    /// Sends the digest of the day, a portion of its readers at a time; called again and again.
    ///
    /// Messages and the note of how far it is are one transaction: a crash loses nobody and tells nobody twice.
    public func sendDue() throws {
        // Looking first keeps an idle daemon from writing.
        while try world.store.read({ try isDue($0) }) {
            try world.commit { tx in try sendPortion(tx) }
            world.bell.ring(.deliveries)
        }
    }

    private func isDue(_ tx: any Snapshot) throws -> Bool {
        if try tx.digestUnderWay() != nil { return true }
        return try tx.oldestResetNote().map { $0 + Self.pause <= world.now } ?? false
    }

    private func sendPortion(_ tx: any Transaction) throws {
        guard try isDue(tx), var digest = try tx.digestUnderWay() ?? tx.beginDigest() else { return }
        let reached = digest.reached
        let following = try readers(tx).filter { reader in reached.map { $0.text < reader.name.text } ?? true }
        let portion = following.prefix(Self.readersAtOnce)
        for reader in portion where try tx.resets(in: digest.number, for: reader.name).count > 0 {
            for method in try tx.methods(of: reader.id) where method.kind == .email {
                try notices.queue(
                    tx, .administratorResets, to: .contact(notices.contact(of: method)), via: .email,
                    digest: digest.number, about: reader.id, life: Throttles.noticeLife)
            }
        }
        guard portion.count < following.count, let last = portion.last else {
            try tx.removeResetNotes(before: world.now + -Self.memory)
            return try tx.end(digest.number)
        }
        digest.reached = last.name
        try tx.update(digest)
    }

    /// By name: the same people are told at once, whoever's password was reset.
    private func readers(_ tx: any Snapshot) throws -> [AccountRow] { try tx.accounts(role: .globalAdministrator) }
}
