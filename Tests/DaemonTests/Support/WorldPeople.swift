import SSPRDomain
import SSPRVocabulary

/// A person of the tests and what they know.
struct Person {
    let name: AccountName
    let id: AccountID
    var password: String
    /// The address that `enrol` registers.
    let email: Contact
    /// Keys of registered apps, oldest first.
    var keys: [Secret] = []
    /// Answers by question.
    var answers: [UInt32: String] = [:]
}

extension World {
    /// Brings an account in.
    func add(
        _ name: String, role: AccountRole = .user, uid: UInt32? = nil, target: TargetName? = nil
    ) throws -> Person {
        let password = "correct horse \(name.reversed().map(String.init).joined()) battery"
        let account = try AccountName(name)
        let id = try house.accounts.add(
            account, uid: uid, role: role, password: target == nil ? Secret(text: password) : nil, target: target,
            by: Self.administrator)
        return Person(name: account, id: id, password: password, email: try Contact("\(name)@example.org"))
    }

    /// An account with an address and an app, registered long ago: no budget is touched, nothing cools off.
    func enrol(_ name: String, role: AccountRole = .user, uid: UInt32? = nil) throws -> Person {
        var person = try add(name, role: role, uid: uid)
        try addEmail(person)
        // One after the other: methods are offered in the order of their registration, and of two in one moment in that of their numbers.
        ambient.advance(.seconds(1))
        try addApp(&person)
        ambient.advance(.seconds(49 * 3600 - 1))
        try mail()
        return person
    }

    /// Opens a registration; with an app code it is full.
    func open(_ person: Person, isFull: Bool = false, by actor: EventActor = helper) throws -> RegistrationHandle {
        try run {
            try house.registration.prove(
                person.name, Secret(text: person.password), and: isFull ? .code(appCode(person)) : nil, by: actor)
        }.handle
    }

    /// Registers an address with its mailed code.
    @discardableResult
    func addEmail(_ person: Person, _ address: Contact? = nil) throws -> MethodID {
        let handle = try open(person)
        let begun = try house.registration.begin(handle, .email, at: address ?? person.email, by: Self.helper)
        return try house.registration.confirm(handle, begun.enrolment, mailedCode(), by: Self.helper).method
    }

    /// Registers a phone with the code that is sent to it.
    @discardableResult
    func addPhone(
        _ person: Person, _ kind: MethodKind, _ number: String, via channel: DeliveryChannel? = nil
    ) throws -> MethodID {
        let handle = try open(person)
        let begun = try house.registration.begin(handle, kind, at: Contact(number), via: channel, by: Self.helper)
        return try house.registration.confirm(handle, begun.enrolment, mailedCode(), by: Self.helper).method
    }

    /// Registers an app with its first code.
    @discardableResult
    func addApp(_ person: inout Person) throws -> MethodID {
        let handle = try open(person)
        let begun = try house.registration.beginApp(handle, by: Self.helper)
        guard let key = begun.key else { throw NoSuchMessage() }
        person.keys.append(key)
        let code = appCode(person, key: person.keys.count - 1)
        return try house.registration.confirm(handle, begun.enrolment, code, by: Self.helper).method
    }

    /// Registers five answers.
    @discardableResult
    func addAnswers(_ person: inout Person) throws -> MethodID {
        person.answers = Dictionary(uniqueKeysWithValues: (1...5).map { ($0, "zq answer \($0)") })
        return try house.registration.registerAnswers(
            open(person), Self.given(person.answers), by: Self.helper
        ).method
    }

    /// What an app of the person shows, `offset` steps from now.
    func appCode(_ person: Person, key: Int = 0, offset: Int = 0) -> OneTimeCode {
        codes.code(seed: person.keys[key], step: UInt64(now.milliseconds / 30_000 + Int64(offset)))
    }

    static func given(_ answers: [UInt32: String]) -> [GivenAnswer] {
        answers.sorted { $0.key < $1.key }.map { GivenAnswer(question: $0.key, answer: Secret(text: $0.value)) }
    }
}

extension OneTimeCode {
    /// The same code with another first digit.
    var spoiled: OneTimeCode {
        let digits = secret.copy
        let number = digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
        var step: UInt64 = 1
        for _ in 1..<digits.count { step *= 10 }
        return OneTimeCode(number: number + step, digits: digits.count)
    }
}
