import SSPRVocabulary

/// What a name that has nothing to show is shown: what somebody registered has, picked by a keyed hash of the name (attack C4).
///
/// Kinds, their number and the ends of addresses are so as frequent among strangers as among the registered (decision 0012).
struct Decoys: Sendable {
    let world: Surroundings

    /// The contact that a decoy's message is written to; no courier is ever given it.
    func contact() throws -> Contact { try Contact("nobody@example.org") }

    /// Somebody whose methods can be offered: the first at or after the name's place among all numbers.
    ///
    /// The same for a name until somebody registers in between.
    func lookalike(
        of name: AccountName, in tx: any Snapshot, offering: (AccountRow?) throws -> Offering
    ) throws -> Lookalike {
        var place = world.place(of: name)
        let digits = place.number
        for _ in 0..<Self.attempts {
            guard let id = try tx.accountWithMethods(from: place) else {
                if place == .nobody { break }
                // After the last number comes the first.
                place = .nobody
                continue
            }
            if let account = try tx.account(id) {
                let offered = try offering(account)
                if !offered.methods.isEmpty {
                    return Lookalike(name: name, account: account, offered: offered, digits: digits)
                }
            }
            place = AccountID(random: id.number + 1)
        }
        return Lookalike(name: name, account: nil, offered: try offering(nil), digits: digits)
    }

    /// Accounts that are looked at, whose methods may all be too few: a bound for the worst case, not for a usual one.
    private static let attempts = 32
}

/// What may be offered to somebody who recovers.
struct Offering: Sendable {
    /// What holds for them.
    let rules: AccountPolicy
    /// Oldest first; none where they are too few.
    let methods: [MethodRow]
    /// Until when the rules are those of the version before; nil where they are those in force (decision 30).
    var graceUntil: Timestamp?
}

/// Somebody registered, in whose shape another name is shown; nobody while nobody is registered.
struct Lookalike: Sendable {
    /// The name that is shown so.
    let name: AccountName
    /// Who it looks like.
    let account: AccountRow?
    /// What they would be offered, and under which rules.
    let offered: Offering
    /// From the name's keyed hash: the ends of its numbers.
    let digits: UInt64

    var methods: [MethodRow] { offered.methods }
    var rules: AccountPolicy { offered.rules }
    /// The kinds to offer; the recommended pair while nobody is registered.
    var kinds: [MethodKind] { methods.isEmpty ? [.email, .totp] : methods.map(\.kind) }
    /// Decides how many proofs are asked for.
    var role: AccountRole { account?.role ?? .user }

    /// The hint of one choice: an address that begins like its owner's name must here begin like this one.
    func hint(of choice: UInt32, contact: (MethodRow) throws -> Contact) throws -> String {
        let initial = name.text.prefix(1)
        guard let account, let method = methods.dropFirst(Int(choice) - 1).first else { return "\(initial)•••@•••.org" }
        let contact = try contact(method)
        // The end of a number is like any other, so it is the name's own: two names with the same end would tell on each other.
        guard case .email(let address) = contact else {
            return PhoneNumber.hint(ending: digits >> UInt64(7 * min(choice, 6)) % 100)
        }
        let hint = address.hint
        let isLikeTheName = hint.prefix(1).lowercased() == account.name.text.prefix(1).lowercased()
        return isLikeTheName ? String(initial + hint.dropFirst()) : hint
    }
}
