import SSPRDomain
import SSPRProtocol
import SSPRVocabulary
import StrictCBOR

// What the wire says, in the words of the domain. A request that contradicts itself is refused as malformed.

extension Step {
    /// Turns the domain's word into the call's reply.
    func reply<Answer: Sendable>(_ make: @escaping @Sendable (Reply) throws -> Answer) throws -> Step<Answer> {
        try then { .done(try make($0)) }
    }
}

extension Step where Reply == Void {
    /// The empty reply: it is done.
    func reply() throws -> Step<Empty> { try then { .done(Empty()) } }
}

extension Registration {
    func prove(_ request: ProveRegistration.Request, by actor: EventActor) throws -> Step<Opened> {
        switch (request.password, request.code, request.grant) {
        case (let password?, nil, nil): try prove(request.account, password, by: actor)
        case (let password?, let code?, nil): try prove(request.account, password, and: .code(code), by: actor)
        case (let password?, nil, let grant?): try prove(request.account, password, and: .grant(grant), by: actor)
        case (nil, let pass?, nil): .done(try prove(request.account, pass: pass, by: actor))
        default: throw Refusal.malformed
        }
    }

    func begin(_ request: BeginEnrolment.Request, by actor: EventActor) throws -> Begun {
        switch (request.kind, request.contact) {
        case (.email, let contact?), (.mobilePhone, let contact?), (.officePhone, let contact?):
            try begin(request.handle, request.kind, at: contact, via: request.channel, by: actor)
        case (.totp, nil) where request.channel == nil: try beginApp(request.handle, by: actor)
        case (.push, nil) where request.channel == nil: try beginDevice(request.handle, by: actor)
        case (.recoveryCodes, nil) where request.channel == nil: try beginCodes(request.handle, by: actor)
        default: throw Refusal.malformed
        }
    }
}

extension Recovery {
    func answer(_ request: AnswerChallenge.Request, by actor: EventActor) throws -> Step<Progress> {
        switch (request.code, request.answers) {
        case (let code?, nil): .done(try answer(request.handle, request.choice, code: code, by: actor))
        case (nil, let answers?):
            try answer(request.handle, request.choice, answers: answers.map(GivenAnswer.init), by: actor)
        case (nil, nil): try awaitApproval(request.handle, request.choice, by: actor)
        default: throw Refusal.malformed
        }
    }
}

extension GivenAnswer {
    init(_ answer: SSPRProtocol.Answer) { self.init(question: answer.question, answer: answer.answer) }
}

extension Accounts {
    func add(_ request: AddAccount.Request, by actor: EventActor) throws -> AccountID {
        try add(
            request.account, uid: request.uid, role: request.role ?? .user, password: request.password,
            target: request.target, language: request.language, by: actor)
    }
}

extension Trail.Filter {
    init(_ request: ReadAudit.Request) { self.init(account: request.account, kind: request.kind) }
}

extension Traces.Filter {
    init(_ request: ListDeliveries.Request) {
        self.init(account: request.account, channel: request.channel, state: request.state)
    }
}

extension AuditHead {
    /// The record that the caller knows; both parts or none.
    init?(_ request: VerifyAudit.Request) {
        guard let sequence = request.sequence, let hash = request.hash else { return nil }
        self.init(sequence: sequence, hash: hash.bytes)
    }
}

extension WritebackReport {
    init(_ request: ReportWriteback.Request) throws {
        // The target's words reach a terminal: nothing hidden may be among them (attack G7). The outcome counts whatever they are.
        let text = request.text.map { String(String.UnicodeScalarView($0.unicodeScalars.filter { !$0.isHidden })) }
        self.init(outcome: request.outcome, refusal: request.refusal, text: text)
    }
}
