import SSPRDomain
import SSPRVocabulary

/// A house of rules over fakes, with what a test needs to look into it.
final class World {
    /// A peer that acts for people.
    static let helper = EventActor(uid: 33, role: .helper)
    /// Another one.
    static let stranger = EventActor(uid: 34, role: .helper)
    /// The help desk.
    static let helpDesk = EventActor(uid: 36, role: .helpdesk)
    /// Who brings accounts in.
    static let administrator = EventActor(uid: 0, role: .administrator)
    /// Who delivers.
    static let courier = EventActor(uid: 35, role: .courier)

    let ambient: FakeAmbient
    let hasher = FakeHasher()
    let sealer = FakeSealer()
    let codes = FakeCodes()
    let bell = RecordingBell()
    let breached: FakeBreaches
    let store: CountingStore
    /// The rules; a new house over the same store after `restart` and `adopt`.
    private(set) var house: House
    private(set) var policy: Policy

    /// Without `store` the state is in memory, and what was so is not kept.
    init(
        seed: UInt64 = 1, policy: Policy = Policy(questionsEnabled: true), breached: Set<String> = [],
        ambient: FakeAmbient? = nil, store inner: (any Store)? = nil
    ) {
        store = CountingStore(inner ?? MemoryStore { FakeDigest.of([$0, $1.bigEndianBytes, $2]) })
        self.ambient = ambient ?? FakeAmbient(seed: seed)
        self.policy = policy
        self.breached = FakeBreaches(known: breached)
        house = House(Self.surroundings(self.ambient, hasher, sealer, codes, bell, store, policy, self.breached))
    }

    /// A house that keeps what was so, by its own clock.
    convenience init(
        keeping kind: StoreUnderTest.Kind, seed: UInt64 = 1, policy: Policy = Policy(questionsEnabled: true)
    ) throws {
        let ambient = FakeAmbient(seed: seed)
        self.init(policy: policy, ambient: ambient, store: try StoreUnderTest(kind, now: { ambient.now }).store)
    }

    var now: Timestamp { ambient.now }

    /// A new daemon over the same state: memory is lost, and what was half done is settled.
    @discardableResult
    func restart() throws -> StartUp.Findings {
        adopt(policy)
        try house.clock.begin()
        return try house.startUp.settle()
    }

    /// The same state under another policy.
    func adopt(_ policy: Policy) {
        self.policy = policy
        house = House(Self.surroundings(ambient, hasher, sealer, codes, bell, store, policy, breached))
    }

    private static func surroundings(
        _ ambient: FakeAmbient, _ hasher: FakeHasher, _ sealer: FakeSealer, _ codes: FakeCodes, _ bell: RecordingBell,
        _ store: CountingStore, _ policy: Policy, _ breached: FakeBreaches
    ) -> Surroundings {
        Surroundings(
            store: store, hasher: hasher, sealer: sealer, tags: FakeTags(), codes: codes, proofs: FakeProofs(),
            text: FakeText(),
            ambient: ambient, bell: bell, clock: ambient, policy: policy, host: .localhost, daemonUID: 990,
            breached: breached)
    }

    /// Runs a call that must not wait for anybody.
    @discardableResult
    func run<R: Sendable>(_ start: () throws -> Step<R>) throws -> R { try PendingCall(bell, start).reply() }

    /// A call that may wait.
    func call<R: Sendable>(_ start: () throws -> Step<R>) -> PendingCall<R> { PendingCall(bell, start) }

    /// The whole trail, oldest first.
    func events(_ kind: EventKind? = nil) throws -> [AuditEvent] {
        var events: [AuditEvent] = []
        var reached: UInt64 = 0
        while true {
            let page = try house.trail.read(after: reached, Trail.Filter(account: nil, kind: kind))
            events += page.links.map(\.event)
            reached = page.reached
            if page.isLast { return events }
        }
    }

    /// Takes every message that is due, as a courier whose relay accepts everything.
    @discardableResult
    func mail() throws -> [LeasedDelivery] {
        var taken: [LeasedDelivery] = []
        while true {
            let claim = call { try house.deliveries.claim(by: Self.courier) }
            guard let outcome = claim.outcome, let leased = try outcome.get() else { return taken }
            try house.deliveries.report(leased.row.id, lease: leased.row.lease, .accepted, by: Self.courier)
            taken.append(leased)
        }
    }

    /// The code of the newest message that carries one; throws when there is none.
    func mailedCode() throws -> OneTimeCode {
        guard let code = try mail().last(where: { $0.row.kind.carriesCode })?.code else { throw NoSuchMessage() }
        return code
    }

    /// An agent says that it is there and finds nothing to do.
    func attend(_ target: TargetName) { _ = call { house.desk.claim(target) } }

    /// An agent takes the oldest order of a target.
    func takeOrder(_ target: TargetName) throws -> WritebackOrder {
        let claim = call { house.desk.claim(target) }
        guard let outcome = claim.outcome, let order = try outcome.get() else { throw NoSuchMessage() }
        return order
    }
}

/// The outbox or the desk holds nothing of the kind.
struct NoSuchMessage: Error {}

extension WritebackReport {
    static let changed = WritebackReport(outcome: .changed, refusal: nil, text: nil)
    static func refused(_ refusal: WritebackRefusal, _ text: String? = nil) -> WritebackReport {
        WritebackReport(outcome: .unchanged, refusal: refusal, text: text)
    }
}
