import Foundation
import SSPRDomain
import SSPRVocabulary
import Testing

/// Taking a right away races with using it, on threads over the real store (invariant I10).
@Suite("Revocation races") struct RevocationRaceTests {
    /// `SSPR_RACES` of them; the usual number takes some seconds.
    private static let races = ProcessInfo.processInfo.environment["SSPR_RACES"].flatMap(Int.init) ?? 400

    /// Numbers moments in the order in which they are.
    private final class Moments: Sendable {
        private let count = Guarded(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    /// When a call was made and answered, in the order of all such moments.
    private struct Span {
        let made: Int
        let answered: Int
    }

    /// How much sooner the use begins than the revocation: more after each use that came too late, less after each that did not.
    ///
    /// So on every machine about half of the races go each way, and the two meet in the middle of each other.
    private struct HeadStart {
        private var microseconds = 0

        /// What each of both waits; a random part of it lets no two races be alike.
        var waits: (revocation: UInt32, use: UInt32) {
            let jitter = Int.random(in: 0..<400)
            return (UInt32(max(0, microseconds) + jitter), UInt32(max(0, -microseconds) + 400 - jitter))
        }

        mutating func learn(useCameFirst: Bool) {
            let step = max(50, abs(microseconds) / 8)
            microseconds = min(max(microseconds + (useCameFirst ? -step : step), -500_000), 500_000)
        }
    }

    private enum Outcome: Sendable {
        case revoked(Span, lateUseSucceeded: Bool)
        case used(Span, succeeded: Bool)
    }

    let world: World
    private let moments = Moments()

    init() throws {
        world = World(policy: Policy(proofsNeeded: 1), store: try TemporaryState().open())
    }

    /// A recovery of the account by its address, proven.
    private func grantByAddress(_ person: Person) throws -> RecoveryGrant {
        let begun = try world.begun(person)
        let choice = try #require(begun.methods.first { $0.kind == .email }?.choice)
        let code = try world.sendCode(begun.handle, choice: choice)
        return try #require(try world.answer(begun.handle, choice, code).grant)
    }

    /// Both calls at once; what each of them came to.
    private func race(
        _ headStart: HeadStart,
        revoke: @escaping @Sendable () throws -> Void, use: @escaping @Sendable (_ isLate: Bool) -> Bool
    ) throws -> (revoked: Span, lateUseSucceeded: Bool, used: Span, succeeded: Bool) {
        let waits = headStart.waits
        let outcomes = inParallel(2) { [moments] index throws -> Outcome in
            usleep(index == 0 ? waits.revocation : waits.use)
            let made = moments.next()
            if index == 0 {
                try revoke()
                let answered = moments.next()
                return .revoked(Span(made: made, answered: answered), lateUseSucceeded: use(true))
            }
            let succeeded = use(false)
            return .used(Span(made: made, answered: moments.next()), succeeded: succeeded)
        }
        guard case .revoked(let revoked, let late) = try outcomes[0].get(),
            case .used(let used, let succeeded) = try outcomes[1].get()
        else { throw NoSuchMessage() }
        return (revoked, late, used, succeeded)
    }

    /// The history must be that of some order of both calls, in which a use succeeds exactly when it comes before the revocation.
    @Test func invariant_I10_afterARevocationIsAnsweredNoSuccessBegins() throws {
        var person = try world.enrol("alice")
        var orders = [true: 0, false: 0]
        // A removal and a disabling take different times, so each has its own.
        var headStarts = [true: HeadStart(), false: HeadStart()]
        for number in 0..<Self.races {
            let grants = [try grantByAddress(person), try grantByAddress(person)]
            let isRemoval = number % 2 == 1
            let (house, bell, name) = (world.house, world.bell, person.name)
            let new = "a wholly new pass phrase, number \(number)"
            let method = try #require(
                try house.registration.describe(name, by: World.helper).methods.first { $0.row.kind == .email }?.row.id)
            let handle = isRemoval ? try world.open(person, isFull: true) : nil
            let found = try race(headStarts[isRemoval, default: HeadStart()]) {
                if let handle {
                    // A reset that came before has ended the registration; nothing is removed then.
                    do { _ = try house.registration.remove(handle, method, by: World.helper) } catch Refusal.refused {}
                } else {
                    try house.accounts.setEnabled(name, false, by: World.administrator)
                }
            } use: { isLate in
                let call = {
                    try house.recovery.reset(name, grants[isLate ? 1 : 0], Secret(text: new), by: World.helper)
                }
                return (try? PendingCall(bell, call).reply()) != nil
            }
            #expect(!found.lateUseSucceeded, "race \(number): a use that began after the revocation was answered")
            if found.succeeded {
                #expect(found.used.made < found.revoked.answered, "race \(number): no order explains it")
                person.password = new
            } else {
                #expect(found.revoked.made < found.used.answered, "race \(number): refused before anything was revoked")
            }
            orders[found.succeeded, default: 0] += 1
            headStarts[isRemoval]?.learn(useCameFirst: found.succeeded)
            // The state is that of the same order.
            if !isRemoval { try house.accounts.setEnabled(name, true, by: World.administrator) }
            try world.signIn(person)
            world.ambient.advance(.hours(25))
            let isThere = try house.registration.describe(name, by: World.helper).methods.contains {
                $0.row.kind == .email
            }
            #expect(isThere || isRemoval, "race \(number)")
            #expect(isThere == false || !isRemoval || found.succeeded, "race \(number): neither was done")
            if !isThere { try world.addEmail(person) }
            world.ambient.advance(.hours(25))
            try world.mail()
        }
        #expect(orders[true, default: 0] > 0 && orders[false, default: 0] > 0, "no race at all: \(orders)")
        print("revocation races: \(orders[true, default: 0]) used first, \(orders[false, default: 0]) revoked first")
    }
}
