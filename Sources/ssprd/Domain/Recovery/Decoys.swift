import SSPRVocabulary

/// What a name that cannot recover is offered: stable, of the shape that most registered accounts have, from a keyed hash of the name
/// (SECURITY C4).
struct Decoys: Sendable {
    let tags: any KeyedHasher

    /// The offers: one email address and one app.
    var offers: [Offer] {
        [Offer(choice: 1, kind: .email, method: nil), Offer(choice: 2, kind: .totp, method: nil)]
    }

    /// The masked address that this name is always shown for one of its choices.
    func hint(for name: AccountName, choice: UInt32) -> String {
        let hash = hash(of: name)
        let place = 2 * Int(choice)
        let letters = Array("abcdefghijklmnoprstw")
        let ends = ["org", "com", "net"]
        return "\(letters[Int(hash[place]) % letters.count])•••@•••.\(ends[Int(hash[place + 1]) % ends.count])"
    }

    /// The address that a decoy's message is written to; no courier is ever given it.
    func address() throws -> EmailAddress { try EmailAddress("nobody@example.org") }

    private func hash(of name: AccountName) -> [UInt8] { tags.tag(.decoy, Array(name.text.utf8)) }
}
