import SSPRDomain
import SSPRVocabulary

/// Passwords that have become known, as plain words.
struct FakeBreaches: BreachedPasswords {
    let known: Set<String>

    func contains(_ password: Secret) -> Bool { password.revealText().map(known.contains) ?? false }
}
