public import SSPRVocabulary

/// What the rules say of a new password, and why.
///
/// For its proven owner, and for nobody else: it says something about the password.
public struct PasswordVerdict: Sendable, Equatable {
    /// The rule that it breaks; nil for one that is accepted.
    public let rule: PasswordRule?
    /// Its points; nil where it was not looked into.
    public let points: UInt32?
    /// The banned words in it, in their order.
    public let found: [BannedTerm]

    /// Describes what was found.
    public init(_ rule: PasswordRule?, points: UInt32? = nil, found: [BannedTerm] = []) {
        self.rule = rule
        self.points = points
        self.found = found
    }

    /// What to tell when it breaks a rule: points and words only where they are the reason.
    var refusal: Refusal? {
        rule.map { .passwordRefused($0 == .banned ? self : PasswordVerdict($0)) }
    }

    /// Throws the refusal of a password that breaks a rule.
    func accept() throws(Refusal) {
        if let refusal { throw refusal }
    }
}

extension Policy {
    /// What the rules say of a new password that is normalised already.
    ///
    /// One place for all of them: whoever sets a password and whoever only asks get the same answer.
    func verdict(on password: Secret, codePoints: Int, account: AccountName) -> PasswordVerdict {
        // Not looked into: the work is bounded by the longest that is accepted.
        guard codePoints <= Self.maximumPasswordLength else { return PasswordVerdict(.tooLong) }
        return Folding.withFolded(password) { folded in
            let (points, found) = banned.score(folded)
            func verdict(_ rule: PasswordRule?) -> PasswordVerdict {
                PasswordVerdict(rule, points: UInt32(points), found: found)
            }
            if codePoints < minimumPasswordLength { return verdict(.tooShort) }
            if Self.contains(folded, Folding.fold(account.text)) { return verdict(.containsName) }
            if let organisation, Self.contains(folded, Folding.fold(organisation)) {
                return verdict(.containsOrganisation)
            }
            return verdict(points < Int(BannedTerm.pointsNeeded) ? .banned : nil)
        }
    }

    /// True when a name of at least four characters is part of the text; shorter ones are parts of too much.
    private static func contains(_ text: [UInt32], _ name: [UInt32]) -> Bool {
        guard name.count >= 4, text.count >= name.count else { return false }
        return (0...(text.count - name.count)).contains { text[$0..<($0 + name.count)] == name[...] }
    }
}
