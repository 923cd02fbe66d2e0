import SSPRVocabulary

/// Everything that the rules stand on: ports and the policy in force.
public struct Surroundings: Sendable {
    let store: any Store
    let hasher: any SecretHasher
    let sealer: any Sealer
    let tags: any KeyedHasher
    let codes: any TimeCodes
    let text: any TextNormalizer
    let ambient: any Ambient
    let bell: any Bell
    let policy: Policy
    /// The daemon's own uid: the actor of what it does by itself.
    let daemon: EventActor

    /// Joins the ports.
    public init(
        store: any Store, hasher: any SecretHasher, sealer: any Sealer, tags: any KeyedHasher, codes: any TimeCodes,
        text: any TextNormalizer, ambient: any Ambient, bell: any Bell, policy: Policy, daemonUID: UInt32
    ) {
        self.store = store
        self.hasher = hasher
        self.sealer = sealer
        self.tags = tags
        self.codes = codes
        self.text = text
        self.ambient = ambient
        self.bell = bell
        self.policy = policy
        daemon = EventActor(uid: daemonUID, role: nil)
    }

    var now: Timestamp { ambient.now }

    /// Changes the state, then tells those who follow the trail.
    func commit<R: Sendable>(_ body: @Sendable (any Transaction) throws -> R) throws -> R {
        let result = try store.write(body)
        bell.ring(.audit)
        return result
    }

    /// The form in which a password is hashed and compared.
    ///
    /// What is no text can be nobody's password.
    func normalized(_ password: Secret) throws -> Secret {
        do { return try text.opaqueString(password) } catch is NotText { throw Refusal.malformed }
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

    /// Whom a name's counters count.
    func subject(_ account: AccountRow?, named name: AccountName) -> SubjectKey {
        if let account { return .account(account.id) }
        return .stranger(tags.tag(.stranger, Array(name.text.utf8)))
    }

    /// The name of an account, or what stands for a name that is none.
    func mention(_ account: AccountRow?, named name: AccountName) -> (account: AccountName?, pseudonym: Pseudonym?) {
        if let account { return (account.name, nil) }
        return (nil, Pseudonym(hash: tags.tag(.stranger, Array(name.text.utf8))))
    }
}
