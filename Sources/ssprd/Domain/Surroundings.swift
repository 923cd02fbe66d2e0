public import SSPRVocabulary

/// Everything that the rules stand on: ports and the policy in force.
public struct Surroundings: Sendable {
    let store: any Store
    let hasher: any SecretHasher
    let sealer: any Sealer
    let tags: any KeyedHasher
    let codes: any TimeCodes
    let proofs: any DeviceProofs
    let text: any TextNormalizer
    private(set) var breached: any BreachedPasswords
    private(set) var ambient: any Ambient
    let bell: any Bell
    let clock: any HouseClock
    /// Every version of the policy.
    private(set) var policies: PolicyBook
    /// What devices are told that asks them.
    let host: HostName
    /// The daemon's own uid: the actor of what it does by itself.
    let daemon: EventActor

    /// Joins the ports; `policy` is the configuration's, and `given` the fields that it names.
    public init(
        store: any Store, hasher: any SecretHasher, sealer: any Sealer, tags: any KeyedHasher, codes: any TimeCodes,
        proofs: any DeviceProofs, text: any TextNormalizer, ambient: any Ambient, bell: any Bell,
        clock: any HouseClock, policy: Policy,
        given: Set<String> = [], host: HostName, daemonUID: UInt32,
        breached: any BreachedPasswords = NoBreachedPasswords()
    ) {
        self.store = store
        self.hasher = hasher
        self.sealer = sealer
        self.tags = tags
        self.codes = codes
        self.proofs = proofs
        self.text = text
        self.breached = breached
        self.ambient = ambient
        self.bell = bell
        self.clock = clock
        policies = PolicyBook(configured: policy, given: given)
        self.host = host
        daemon = EventActor(uid: daemonUID, role: nil)
    }

    /// The same ports under another configuration.
    func under(_ policy: Policy, given: Set<String>, breached: any BreachedPasswords) -> Surroundings {
        var other = self
        other.policies = PolicyBook(configured: policy, given: given)
        other.breached = breached
        return other
    }

    var now: Timestamp { ambient.now }

    /// The same at another moment: for what is decided then, if nothing happens meanwhile.
    func at(_ moment: Timestamp) -> Surroundings {
        var other = self
        other.ambient = StandingAmbient(now: moment, behind: ambient)
        return other
    }

    /// The policy in force for the whole house, as the transaction that acts finds it.
    ///
    /// What is decided about one account asks `rules(for:in:)`.
    func policy(in tx: any EligibilitySnapshot) throws -> Policy { try policyInForce(in: tx).policy }

    /// The same with its number and what it says of groups.
    func policyInForce(in tx: any EligibilitySnapshot) throws -> NumberedPolicy {
        try policies.inForce(at: now, in: tx)
    }

    /// What holds for one account: the strictest of what is said for the house and for its groups (decision 29).
    func rules(for account: AccountID, in tx: any EligibilitySnapshot) throws -> AccountPolicy {
        try policyInForce(in: tx).rules(for: account, in: tx)
    }

    /// The same without where it comes from.
    func policy(for account: AccountID, in tx: any EligibilitySnapshot) throws -> Policy {
        try rules(for: account, in: tx).policy
    }

    /// The policy under which a recovery began, with the groups that counted then, and under which it ends (feature F4).
    func policy(of recovery: RecoveryRow, in tx: any Snapshot) throws -> Policy {
        try policies.policy(recovery.policy, in: tx).policy(for: recovery.scopes)
    }

    /// The policy under which a registration began, and under which it ends.
    func policy(of registration: RegistrationRow, in tx: any Snapshot) throws -> Policy {
        try policies.policy(registration.policy, in: tx).policy(for: registration.scopes)
    }

    /// The policy in force, for what is decided outside of any transaction.
    func currentPolicy() throws -> Policy { try store.read { try policy(in: $0) } }

    /// Which state this is: a keyed hash, so that it stays when the host is renamed, and its key never rotates.
    var instance: InstanceID { InstanceID(prefixOf: tags.tag(.decoy, Array("instance".utf8), [])) }

    /// The questions in a language, as near as there is one; custom ones too.
    func questions(in language: LanguageTag?, _ tx: any Snapshot) throws -> QuestionCatalog {
        try QuestionCatalog(tx.customQuestions(), nearestTo: [language, policy(in: tx).language])
    }

    /// Changes the state, then tells those who follow the trail.
    func commit<R: Sendable>(_ body: @Sendable (any Transaction) throws -> R) throws -> R {
        let result = try store.write(body)
        bell.ring(.audit)
        return result
    }

    /// The form in which a password is compared; throws `Refusal.malformed` for an empty one (attack E4).
    ///
    /// What is no text can be nobody's password: it is compared as it is, and is wrong like any other.
    func comparable(_ password: Secret) throws -> Secret {
        guard !password.isEmpty else { throw Refusal.malformed }
        do { return try text.opaqueString(password) } catch is NotText { return password }
    }

    /// A new password in the form in which it is hashed, and what the rules of a policy say of it.
    ///
    /// Throws only when the list of known passwords can no longer be read.
    func checked(
        _ password: Secret, for name: AccountName, under policy: Policy
    ) throws -> (password: Secret, verdict: PasswordVerdict) {
        let normal: Secret
        do { normal = try text.opaqueString(password) } catch is NotText {
            return (password, PasswordVerdict(.notText))
        }
        let verdict = policy.verdict(on: normal, codePoints: text.codePoints(in: normal), account: name)
        // The form that is hashed is looked up, and no other: lists hold passwords as they were typed.
        guard verdict.rule == nil, try breached.contains(normal) else { return (normal, verdict) }
        return (normal, PasswordVerdict(.breached, points: verdict.points, found: verdict.found))
    }

    /// A fresh token with the keyed hash under which it is stored.
    func token<Purpose>(_: Purpose.Type) throws -> (token: Token<Purpose>, hash: [UInt8]) {
        let token = try Token<Purpose>(Secret(ambient.random(Token<Purpose>.length)))
        return (token, hash(of: token))
    }

    /// The keyed hash under which a token is stored.
    func hash<Purpose>(of token: Token<Purpose>) -> [UInt8] {
        tags.tag(.token, token.secret, context: [])
    }

    /// A fresh code for a message: eight digits, drawn uniformly.
    func mailedCode() -> OneTimeCode { OneTimeCode(number: ambient.number(below: 100_000_000), digits: 8) }

    /// Whom a name's counters count.
    ///
    /// The hash is computed for a known name as well, for the time that it takes (attack C1).
    func subject(_ account: AccountRow?, named name: AccountName) -> SubjectKey {
        let hash = tags.tag(.stranger, Array(name.text.utf8))
        return account.map { .account($0.id) } ?? .stranger(hash)
    }

    /// The name of an account, or what stands for a name that is none.
    func mention(_ account: AccountRow?, named name: AccountName) -> (account: AccountName?, pseudonym: Pseudonym?) {
        let pseudonym = Pseudonym(hash: tags.tag(.stranger, Array(name.text.utf8)))
        return account.map { ($0.name, nil) } ?? (nil, pseudonym)
    }

    /// The account of a name, and the number whose rows to read on: for a name that is nobody's, somebody else's.
    ///
    /// What is read of those is never used: reading nothing takes less time (attack C1).
    func lookUp(_ name: AccountName, in tx: any Snapshot) throws -> (account: AccountRow?, read: AccountID) {
        // After the last number comes the first.
        let found = try tx.account(named: name, orFrom: place(of: name)) ?? tx.account(named: name, orFrom: .nobody)
        return (found?.name == name ? found : nil, found?.id ?? .nobody)
    }

    /// A name's place among the numbers of all accounts, by a keyed hash; its key never rotates.
    func place(of name: AccountName) -> AccountID {
        let hash = tags.tag(.decoy, Array(name.text.utf8))
        return AccountID(random: hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }
}
