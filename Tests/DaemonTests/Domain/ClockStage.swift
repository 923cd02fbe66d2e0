import SSPRDomain
import SSPRVocabulary

/// Things with a time, one of them at a time, in a house whose clock is set.
struct ClockStage {
    /// What ends.
    enum Life: CaseIterable {
        case code, recovery, grant, pass, undo, registration, enrolment, question

        var span: Timestamp.Span {
            switch self {
            case .code, .registration, .enrolment: .minutes(10)
            // Five minutes of it have passed when its grant is there.
            case .recovery, .grant: .minutes(15)
            case .pass: .hours(1)
            case .undo: .hours(24)
            case .question: .minutes(5)
            }
        }
    }

    /// What keeps somebody waiting.
    enum Wait: CaseIterable {
        case signInLock, recoveryBlock, resend, messages, coolingOff, promptPause

        var span: Timestamp.Span {
            switch self {
            case .signInLock, .resend: .seconds(60)
            case .recoveryBlock, .coolingOff: .hours(24)
            case .messages, .promptPause: .hours(1)
            }
        }
    }

    let world = World(policy: Policy(devicesEnabled: true, passesEnabled: true))
    let alice: Person
    let device: TestDevice

    /// Alice with an address (choice 1), an app (2) and a device (3).
    init() throws {
        try world.house.clock.begin()
        alice = try world.enrol("alice")
        device = try world.addDevice(alice)
        world.ambient.advance(.hours(49))
        try world.mail()
    }

    /// Lets a time pass, and some seconds more or less.
    func pass(_ span: Timestamp.Span, _ seconds: Int64) {
        world.ambient.advance(span)
        world.ambient.advance(.seconds(seconds))
    }

    /// Sets the wall clock, and has it seen.
    func set(_ span: Timestamp.Span) throws {
        world.ambient.jump(span)
        try world.house.clock.look()
    }

    /// Makes one; the answer asks whether it is still good, and uses it up.
    func make(_ kind: Life) throws -> () throws -> Bool {
        let start = world.now
        let (world, alice) = (world, alice)
        switch kind {
        case .code:
            let handle = try world.begin(alice)
            let code = try world.sendCode(handle)
            return { try isDone { try world.answer(handle, 1, code) } }
        case .recovery:
            let handle = try world.begin(alice)
            return { try isDone { try world.sendCode(handle) } }
        case .grant:
            let grant = try world.grant(alice)
            // The life counts from the beginning of its recovery.
            world.ambient.turn(to: start)
            return { try isDone { try world.reset(alice, grant).reply() } }
        case .pass:
            let pass = try world.pass(alice)
            return {
                let begun = try world.begun(alice)
                let choice = try choice(.temporaryPass, begun)
                return try isDone { try world.answer(begun.handle, choice, pass) }
            }
        case .undo:
            try world.reset(alice, world.grant(alice)).reply()
            guard let code = try world.mail().first(where: { $0.row.kind == .passwordReset })?.code else {
                throw NoSuchMessage()
            }
            return { try isDone { _ = try world.house.undo.undo(alice.name, code, by: World.helper) } }
        case .registration:
            let handle = try world.open(alice, isFull: true)
            return { try isDone { _ = try world.house.registration.beginApp(handle, by: World.helper) } }
        case .enrolment:
            let handle = try world.open(alice, isFull: true)
            let begun = try world.house.registration.begin(
                handle, .email, at: Contact("other@example.org"), by: World.helper)
            let code = try world.mailedCode()
            return {
                try isDone { _ = try world.house.registration.confirm(handle, begun.enrolment, code, by: World.helper) }
            }
        case .question:
            _ = try world.house.recovery.send(world.begin(alice), 3, by: World.helper)
            return { try !world.approvals(of: device).isEmpty }
        }
    }

    /// Makes somebody wait; the answer asks whether the wait is over.
    func make(_ kind: Wait) throws -> () throws -> Bool {
        let (world, alice) = (world, alice)
        switch kind {
        case .signInLock:
            for number in 1...10 { _ = try isDone { try world.signIn(alice, "wrong \(number)") } }
            return { try isDone { try world.signIn(alice) } }
        case .recoveryBlock:
            for _ in 1...5 {
                let handle = try world.begin(alice)
                _ = try isDone { try world.answer(handle, 2, world.appCode(alice).spoiled) }
            }
            return { try isDone { try world.begin(alice) } }
        case .resend:
            let handle = try world.begin(alice)
            _ = try world.sendCode(handle)
            return {
                // A recovery that the jump has ended sends nothing at all.
                guard try isDone({ try world.house.recovery.send(handle, 1, by: World.helper) }) else { return false }
                return try world.mail().contains { $0.row.kind.carriesCode }
            }
        case .messages:
            for _ in 1...5 { _ = try world.sendCode(world.begin(alice)) }
            return {
                _ = try world.house.recovery.send(world.begin(alice), 1, by: World.helper)
                return try world.mail().contains { $0.row.kind.carriesCode }
            }
        case .coolingOff:
            try world.addApp(of: alice)
            return { try world.begun(alice).methods.count { $0.kind == .totp } == 2 }
        case .promptPause:
            let handle = try world.begin(alice)
            _ = try world.house.recovery.send(handle, 3, by: World.helper)
            guard let question = try world.approvals(of: device).first else { throw NoSuchMessage() }
            try world.decide(device, question, .deny)
            return {
                _ = try world.house.recovery.send(world.begin(alice), 3, by: World.helper)
                return try !world.approvals(of: device).isEmpty
            }
        }
    }

    private func choice(_ kind: MethodKind, _ begun: Recovery.Begun) throws -> UInt32 {
        guard let offer = begun.methods.first(where: { $0.kind == kind }) else { throw NoSuchMessage() }
        return offer.choice
    }
}

/// True when it is done; false when the rules refuse it.
private func isDone(_ body: () throws -> some Any) throws -> Bool {
    do {
        _ = try body()
        return true
    } catch is Refusal {
        return false
    }
}

extension World {
    /// A further app of somebody who has one.
    fileprivate func addApp(of person: Person) throws {
        let handle = try open(person, isFull: true)
        let begun = try house.registration.beginApp(handle, by: Self.helper)
        guard let key = begun.key else { throw NoSuchMessage() }
        let code = codes.code(seed: key, step: UInt64(now.milliseconds / 30_000))
        _ = try house.registration.confirm(handle, begun.enrolment, code, by: Self.helper)
    }
}
