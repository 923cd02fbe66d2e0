import SSPRDomain
import SSPRVocabulary

/// One life of a house: the rules and the reference model are told the same, call by call, and must say the same.
///
/// Beside the model stands a ledger that knows no rules: which right secrets were handed in, which grants came out, what became of them.
final class ModelWalk {
    /// The rules said something else than the model, or the ledger does not add up.
    struct Mismatch: Error, CustomStringConvertible {
        let seed: UInt64
        let step: Int
        let what: String
        let expected: String
        let actual: String
        var description: String {
            "life \(seed), step \(step), \(what): the model says \(expected), the rules say \(actual)"
        }
    }

    struct Tally {
        var steps = 0
        var grants = 0
        var resets = 0
        var unlocks = 0
        var refusals = 0
        var throttled = 0
        var restarts = 0
        var policies = 0

        static func + (left: Tally, right: Tally) -> Tally {
            Tally(
                steps: left.steps + right.steps, grants: left.grants + right.grants,
                resets: left.resets + right.resets, unlocks: left.unlocks + right.unlocks,
                refusals: left.refusals + right.refusals, throttled: left.throttled + right.throttled,
                restarts: left.restarts + right.restarts, policies: left.policies + right.policies)
        }
    }

    /// A grant that came out and whether something was done with it.
    struct Issued {
        let grant: RecoveryGrant
        let recovery: Int
        var isSpent = false
    }

    static let peers = [World.helper, World.stranger]
    static let names = [
        "alice", "alice", "alice", "bobby", "bobby", "bobby", "admin", "admin", "davey", "davey", "davey", "carol",
        "ghost", "spook",
    ]

    let seed: UInt64
    let world: World
    let shadow: TargetName
    var model: ReferenceModel
    var random: SplitMix64
    var tally = Tally()
    /// Beside `model.recoveries`, `sessions`, `enrolments` and method numbers: what the peer holds.
    var handles: [RecoveryHandle] = []
    var sessions: [RegistrationHandle] = []
    var enrolments: [EnrolmentID] = []
    var methods: [MethodID] = []
    /// The kinds of right secrets that were handed in and accepted, by recovery.
    var ledger: [Set<MethodKind>] = []
    /// How many proofs each recovery was said to need.
    var promised: [Int] = []
    var issued: [Issued] = []
    var passwords = 0

    init(seed: UInt64) throws {
        self.seed = seed
        world = World(seed: seed, policy: Policy(questionsEnabled: true, phonesEnabled: true))
        random = SplitMix64(seed: seed &* 0x1234_5678_9abc_def1)
        model = ReferenceModel(now: world.now.milliseconds)
        shadow = try TargetName("shadow")
        for (name, role, target) in [
            ("alice", AccountRole.user, nil), ("bobby", .user, nil), ("admin", .globalAdministrator, nil),
            ("carol", .user, nil), ("davey", .user, shadow),
        ] as [(String, AccountRole, TargetName?)] {
            let password = newPassword()
            _ = try world.house.accounts.add(
                AccountName(name), uid: nil, role: role, password: target == nil ? Secret(text: password) : nil,
                target: target, by: World.administrator)
            model.accounts[name] = ReferenceModel.Account(name: name, role: role, target: target, password: password)
        }
    }

    // MARK: Chance

    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    func pick<T>(_ choices: [T]) -> T? { choices.randomElement(using: &random) }
    func peer(_ usual: UInt32) -> EventActor {
        let isUsual = chance(95)
        return Self.peers.first { ($0.uid == usual) == isUsual } ?? World.helper
    }
    func newPassword() -> String {
        passwords += 1
        return "a good pass phrase \(passwords)"
    }

    // MARK: Comparing

    /// The reply or the refusal; anything else ends the walk.
    func attempt<R>(_ body: () throws -> R) throws -> (reply: R?, refusal: Refusal?) {
        do { return (try body(), nil) } catch let refusal as Refusal {
            if case .throttled = refusal { tally.throttled += 1 } else { tally.refusals += 1 }
            return (nil, refusal)
        }
    }

    func agree<T: Equatable>(_ what: String, _ expected: T, _ actual: T) throws {
        guard expected != actual else { return }
        throw Mismatch(
            seed: seed, step: tally.steps, what: what, expected: "\(expected)", actual: "\(actual)")
    }

    // MARK: Walking

    func walk(steps: Int) throws {
        try settleIn()
        for _ in 0..<steps {
            // Another life that has failed ends this one.
            try Task.checkCancellation()
            tally.steps += 1
            try step()
            let jump = Int.random(in: 0..<100, using: &random)
            pass(.milliseconds(from: 1, to: 9000, &random))
            if jump < 3 { pass(.milliseconds(from: 60_000, to: 1_200_000, &random)) }
            if jump == 3 { pass(.milliseconds(from: 3_600_000, to: 100_000_000, &random)) }
        }
        try agree("the trail", nil, world.house.trail.verify(known: nil).fault)
    }

    func pass(_ span: Timestamp.Span) {
        world.ambient.advance(span)
        model.now += span.milliseconds
    }

    private func step() throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<58: try goOnRecovering()
        case 58..<66: try signIn()
        case 66..<69: try change()
        case 69..<89: try goOnRegistering()
        case 89..<91: try cancel()
        case 91..<93: try setEnabled()
        case 93: try restart()
        case 94: try describe()
        case 95: try changePolicy()
        default: try redeemAnything()
        }
    }

    /// Everybody but carol registers an address and an app; alice and davey answers too.
    private func settleIn() throws {
        for name in ["alice", "bobby", "admin", "davey"] {
            try openSession(name, isRight: true, code: nil, World.helper, agent: .tells)
            let session = sessions.count - 1
            try beginContact(session, .email, "\(name)@example.org", World.helper)
            pass(.seconds(1))
            try confirm(session, enrolments.count - 1, isRight: true, World.helper)
            pass(.seconds(1))
            try beginApp(session, World.helper)
            try confirm(session, enrolments.count - 1, isRight: true, World.helper)
            pass(.seconds(1))
            if name != "admin", name != "bobby" { try registerAnswers(session, isGood: true, World.helper) }
        }
        pass(.hours(2))
    }

    private func restart() throws {
        tally.restarts += 1
        let findings = try world.restart()
        try agree("what a start finds", [0, 0], [findings.pendingAttempts, findings.uncertainOrders])
        model.agentAt = 0
    }

    private func setEnabled() throws {
        let disabled = model.accounts.values.filter { !$0.isEnabled }.map(\.name).sorted()
        let name = chance(70) ? pick(disabled) ?? "ghost" : pick(Self.names) ?? "ghost"
        let isEnabled = disabled.contains(name) || chance(50)
        let expected = model.setEnabled(name, isEnabled)
        let actual = try attempt {
            try world.house.accounts.setEnabled(AccountName(name), isEnabled, by: World.administrator)
        }
        try agree("enabling", expected, actual.refusal)
    }

    /// Another policy, in the middle of whatever is under way: what has begun ends by the rules of its beginning.
    private func changePolicy() throws {
        tally.policies += 1
        model.rules = ReferenceModel.Rules(proofs: chance(60) ? 2 : 1, hasQuestions: chance(60))
        let document = PolicyDocument([
            "recovery.proofs": .number(model.rules.proofs), "questions": .flag(model.rules.hasQuestions),
        ])
        let base = try world.house.policies.show(nil).version
        _ = try world.house.policies.apply(
            document, Policies.Order(reason: PolicyReason("a walk"), base: base, allowsLoss: true, graceDays: 0),
            by: World.administrator)
    }

    private func describe() throws {
        let name = pick(Self.names) ?? "ghost"
        let actual = try attempt { try world.house.accounts.show(AccountName(name), by: World.administrator) }
        guard let account = model.accounts[name] else { return try agree("showing", .notFound, actual.refusal) }
        let state = actual.reply
        try agree(
            "missing methods of \(name)", UInt32(model.missing(account.methods, account, model.rules)), state?.missing)
        try agree("methods of \(name)", account.methods.map(\.kind), state?.methods.map(\.row.kind))
        try agree(
            "failures of \(name)", account.methods.map { UInt32($0.failures) }, state?.methods.map(\.failures))
        try agree("floors of \(name)", account.methods.map(\.floor), state?.methods.map(\.row.floor))
        try agree("block of \(name)", model.block(name), state?.recoveryBlockedUntil.map { .throttled(until: $0) })
        try agree("lock of \(name)", model.signInLock(name), state?.signInLockedUntil.map { .throttled(until: $0) })
    }
}

extension Timestamp.Span {
    fileprivate static func milliseconds(from low: Int64, to high: Int64, _ random: inout SplitMix64) -> Self {
        Self(milliseconds: Int64.random(in: low...high, using: &random))
    }
}
