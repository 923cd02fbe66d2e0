import SSPRDomain
import SSPRVocabulary

/// Recoveries of people with an address (choice 1) and an app (choice 2), as `enrol` makes them.
extension World {
    func begin(
        _ person: Person, _ purpose: RecoveryPurpose = .reset, by actor: EventActor = helper
    ) throws -> RecoveryHandle {
        try begun(person, purpose, by: actor).handle
    }

    /// A new recovery with what it offers.
    @discardableResult
    func begun(
        _ person: Person, _ purpose: RecoveryPurpose = .reset, by actor: EventActor = helper
    ) throws -> Recovery.Begun {
        try house.recovery.begin(person.name, purpose, by: actor)
    }

    /// Has a code mailed and returns it.
    func sendCode(_ handle: RecoveryHandle, choice: UInt32 = 1) throws -> OneTimeCode {
        _ = try house.recovery.send(handle, choice, by: Self.helper)
        return try mailedCode()
    }

    @discardableResult
    func answer(_ handle: RecoveryHandle, _ choice: UInt32, _ code: OneTimeCode) throws -> Recovery.Progress {
        try house.recovery.answer(handle, choice, code: code, by: Self.helper)
    }

    /// Proves the address.
    @discardableResult
    func proveEmail(_ handle: RecoveryHandle) throws -> Recovery.Progress {
        try answer(handle, 1, sendCode(handle))
    }

    /// Proves the app, in a fresh time step.
    @discardableResult
    func proveApp(_ handle: RecoveryHandle, _ person: Person) throws -> Recovery.Progress {
        ambient.advance(.seconds(60))
        return try answer(handle, 2, appCode(person))
    }

    /// A whole recovery up to its grant.
    func grant(_ person: Person, _ purpose: RecoveryPurpose = .reset) throws -> RecoveryGrant {
        let handle = try begin(person, purpose)
        try proveEmail(handle)
        guard let grant = try proveApp(handle, person).grant else { throw NoSuchMessage() }
        return grant
    }

    /// Redeems a grant.
    func reset(
        _ person: Person, _ grant: RecoveryGrant, _ password: String = World.newPassword,
        by actor: EventActor = helper
    ) throws -> PendingCall<Void> {
        call { try house.recovery.reset(person.name, grant, Secret(text: password), by: actor) }
    }

    /// Signs in.
    func signIn(_ person: Person, _ password: String? = nil) throws {
        try run {
            try house.signIn.authenticate(
                person.name, Secret(text: password ?? person.password), by: Self.helper)
        }
    }

    static let newPassword = "a wholly new pass phrase"
}
