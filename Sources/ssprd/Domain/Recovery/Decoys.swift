import SSPRVocabulary

/// What a name without methods is offered: stable, of the same shape as a registered account's, from a keyed hash of the name (SECURITY C4).
struct Decoys: Sendable {
    let tags: any KeyedHasher

    /// The offers: one email address and one app.
    var offers: [Offer] {
        [Offer(choice: 1, kind: .email, method: nil), Offer(choice: 2, kind: .totp, method: nil)]
    }

    /// The masked address that this name is always shown.
    func hint(for name: AccountName) -> String {
        let hash = tags.tag(.decoy, Array(name.text.utf8))
        let letters = Array("abcdefghijklmnoprstw")
        let ends = ["org", "com", "net"]
        return "\(letters[Int(hash[0]) % letters.count])•••@•••.\(ends[Int(hash[1]) % ends.count])"
    }

    /// The address that a decoy's message is written to; no courier is ever given it.
    func address() throws -> EmailAddress { try EmailAddress("nobody@example.org") }
}
