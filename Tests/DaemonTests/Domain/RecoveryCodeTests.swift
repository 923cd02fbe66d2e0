import SSPRDomain
import SSPRVocabulary
import Testing

/// Recovery codes: ten that were written down, each good once (feature F2).
@Suite("Recovery codes") struct RecoveryCodeTests {
    @Test func tenAreShownOnceAndOneTypedBackRegistersThem() throws {
        let world = World()
        let alice = try world.enrol("alice")
        let begun = try world.house.registration.beginCodes(world.open(alice), by: World.helper)
        #expect(begun.codes.count == 10)
        #expect(Set(begun.codes.map { $0.secret.revealText() ?? "" }).count == 10)
        #expect(begun.codes.allSatisfy { $0.written == .recoveryCode })
        #expect(throws: Refusal.refused) {
            try world.house.registration.confirm(
                world.open(alice), begun.enrolment,
                OneTimeCode(.recoveryCode, random: [UInt8](repeating: 7, count: 28)),
                by: World.helper)
        }
        let kinds = try world.house.registration.describe(alice.name, by: World.helper).methods.map(\.row.kind)
        #expect(!kinds.contains(.recoveryCodes))
    }

    @Test func eachProvesOnce() throws {
        let world = World()
        let (alice, codes) = try world.withCodes("alice")
        for code in codes.prefix(2) {
            let begun = try world.begun(alice)
            let choice = try #require(begun.methods.first { $0.kind == .recoveryCodes }?.choice)
            let progress = try world.house.recovery.answer(begun.handle, choice, code: code, by: World.helper)
            #expect(progress.proofsMissing == 1)
            #expect(!progress.methods.map(\.kind).contains(.recoveryCodes))
        }
        // A used one is refused and not charged: six of them block nobody.
        for _ in 0..<6 {
            let begun = try world.begun(alice)
            let choice = try #require(begun.methods.first { $0.kind == .recoveryCodes }?.choice)
            #expect(throws: Refusal.refused) {
                try world.house.recovery.answer(begun.handle, choice, code: codes[0], by: World.helper)
            }
        }
        #expect(throws: Never.self) { try world.begun(alice) }
    }

    @Test func aWrongOneIsChargedLikeAnyWrongProof() throws {
        let world = World()
        let (alice, _) = try world.withCodes("alice")
        for round in 0..<5 {
            let begun = try world.begun(alice)
            let choice = try #require(begun.methods.first { $0.kind == .recoveryCodes }?.choice)
            let made = OneTimeCode(.recoveryCode, random: [UInt8](repeating: UInt8(round), count: 28))
            #expect(throws: Refusal.refused) {
                try world.house.recovery.answer(begun.handle, choice, code: made, by: World.helper)
            }
        }
        #expect(throws: Refusal.self) { try world.begun(alice) }
    }

    @Test func theLastThreeAreTold() throws {
        let world = World()
        let (alice, codes) = try world.withCodes("alice")
        for (used, code) in codes.prefix(8).enumerated() {
            let begun = try world.begun(alice)
            let choice = try #require(begun.methods.first { $0.kind == .recoveryCodes }?.choice)
            _ = try world.house.recovery.answer(begun.handle, choice, code: code, by: World.helper)
            let told = try world.mail().contains { $0.row.kind == .recoveryCodesLow }
            #expect(told == (used >= 6), "after \(used + 1)")
        }
    }

    /// To replace is to remove (attack A11).
    @Test func attack_A11_aNewSetNeedsTheFullLevelAndEndsTheOldOne() throws {
        let world = World()
        let (alice, codes) = try world.withCodes("alice")
        #expect(throws: Refusal.refused) {
            try world.house.registration.beginCodes(world.open(alice), by: World.helper)
        }
        let full = try world.run {
            try world.house.registration.prove(
                alice.name, Secret(text: alice.password), and: .code(codes[0]), by: World.helper)
        }
        let begun = try world.house.registration.beginCodes(full.handle, by: World.helper)
        _ = try world.house.registration.confirm(full.handle, begun.enrolment, begun.codes[0], by: World.helper)
        world.ambient.advance(.hours(25))
        let recovery = try world.begun(alice)
        let choice = try #require(recovery.methods.first { $0.kind == .recoveryCodes }?.choice)
        #expect(throws: Refusal.refused) {
            try world.house.recovery.answer(recovery.handle, choice, code: codes[1], by: World.helper)
        }
        let progress = try world.house.recovery.answer(recovery.handle, choice, code: begun.codes[0], by: World.helper)
        #expect(progress.proofsMissing == 1)
    }

    @Test func aCodeOfSomebodyElsesSetIsWrong() throws {
        let world = World()
        let (alice, _) = try world.withCodes("alice")
        let (_, codes) = try world.withCodes("bob")
        let begun = try world.begun(alice)
        let choice = try #require(begun.methods.first { $0.kind == .recoveryCodes }?.choice)
        #expect(throws: Refusal.refused) {
            try world.house.recovery.answer(begun.handle, choice, code: codes[0], by: World.helper)
        }
    }
}

extension World {
    /// Somebody with an address, an app and recovery codes, registered long ago.
    func withCodes(_ name: String) throws -> (Person, [OneTimeCode]) {
        let person = try enrol(name)
        let handle = try open(person)
        let begun = try house.registration.beginCodes(handle, by: Self.helper)
        _ = try house.registration.confirm(handle, begun.enrolment, begun.codes[9], by: Self.helper)
        ambient.advance(.hours(25))
        try mail()
        return (person, begun.codes)
    }
}
