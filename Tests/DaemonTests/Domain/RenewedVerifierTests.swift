import SSPRDomain
import SSPRVocabulary
import Testing

/// A sign-in that hashes the password again, because hashing costs more than it did or has a new pepper (feature F7).
@Suite struct RenewedVerifierTests {
    let world = World()

    /// Gives an account a verifier of other days.
    private func age(_ person: Person, passes: UInt32 = 3, memoryKiB: UInt32 = 65_536, pepper: UInt32 = 1) throws {
        let now = try verifier(of: person)
        try world.store.write { tx in
            guard let account = try tx.account(named: person.name) else { throw NoSuchMessage() }
            try tx.setPasswordVerifier(
                Verifier(passes: passes, memoryKiB: memoryKiB, salt: now.salt, tag: now.tag, pepper: pepper),
                of: account.id)
        }
    }

    private func verifier(of person: Person) throws -> Verifier {
        try world.store.read { tx in
            guard let id = try tx.account(named: person.name)?.id, let found = try tx.passwordVerifier(of: id) else {
                throw NoSuchMessage()
            }
            return found
        }
    }

    @Test(arguments: [(3, 8192, 1), (1, 65_536, 1), (3, 65_536, 0)] as [(UInt32, UInt32, UInt32)])
    func aRightPasswordIsHashedAgainOnce(passes: UInt32, memoryKiB: UInt32, pepper: UInt32) throws {
        let alice = try world.add("alice")
        try age(alice, passes: passes, memoryKiB: memoryKiB, pepper: pepper)
        try world.signIn(alice)
        let renewed = try verifier(of: alice)
        #expect(renewed.passes == 3 && renewed.memoryKiB == 65_536 && renewed.pepper == 1)
        let hashes = world.hasher.calls
        try world.signIn(alice)
        #expect(world.hasher.calls == hashes + 1)
        #expect(try verifier(of: alice) == renewed)
    }

    @Test func aWrongPasswordIsNotHashedAgain() throws {
        let alice = try world.add("alice")
        try age(alice, memoryKiB: 8192)
        let before = try verifier(of: alice)
        #expect(throws: Refusal.refused) { try world.signIn(alice, "a wrong one") }
        #expect(try verifier(of: alice) == before)
    }

    @Test func aFullQueueDoesNotStopTheSignIn() throws {
        let alice = try world.add("alice")
        try age(alice, memoryKiB: 8192)
        world.hasher.leaveRoom(1)
        try world.signIn(alice)
        #expect(try verifier(of: alice).memoryKiB == 8192)
        world.hasher.leaveRoom(nil)
        try world.signIn(alice)
        #expect(try verifier(of: alice).memoryKiB == 65_536)
    }

    @Test func attack_A10_aPasswordThatWasReplacedMeanwhileStays() throws {
        let alice = try world.add("alice")
        try age(alice, memoryKiB: 8192)
        let hasher = world.hasher
        let store = world.store
        let name = alice.name
        // In the middle of the second hash, the one for the new verifier.
        hasher.interrupt {
            hasher.interrupt {
                try store.write { tx in
                    guard let account = try tx.account(named: name) else { throw NoSuchMessage() }
                    let other = try hasher.verifier(for: Secret(text: World.newPassword))
                    try tx.setPasswordVerifier(other, of: account.id)
                }
            }
        }
        try world.signIn(alice)
        try world.signIn(alice, World.newPassword)
        #expect(throws: Refusal.refused) { try world.signIn(alice) }
    }
}
