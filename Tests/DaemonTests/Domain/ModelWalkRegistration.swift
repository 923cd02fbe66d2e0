import SSPRDomain
import SSPRVocabulary

/// Moves of a walk: registering and removing methods.
extension ModelWalk {
    /// The next sensible thing for some registration, and now and then something that is not.
    func goOnRegistering() throws {
        let recent = model.sessions.indices.suffix(4)
        let live = recent.filter { !model.sessions[$0].isOver && model.sessions[$0].expiresAt > model.now }
        guard let session = pick(Array(chance(95) ? live : Array(recent))), chance(75) else {
            let name = pick(Self.names) ?? "ghost"
            return try openSession(
                name, isRight: chance(85), code: chance(40) ? chance(85) : nil, pick(Self.peers) ?? World.helper,
                agent: someAgent())
        }
        let row = model.sessions[session]
        let actor = peer(row.peer)
        let open = model.enrolments.indices.suffix(4).filter { !model.enrolments[$0].isOver }
        if let enrolment = pick(Array(open)), chance(65) {
            // Mostly within its own registration.
            let own = chance(95) ? model.enrolments[enrolment].session : session
            return try confirm(own, enrolment, isRight: chance(85), actor)
        }
        let owned = model.accounts[row.name]?.methods ?? []
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4:
            let number = Int.random(in: 0..<3, using: &random)
            let address = "\(row.name)\(number)@example.org"
            guard owned.contains(where: { $0.kind == .email }) else {
                return try beginContact(session, .email, "\(row.name)@example.org", actor)
            }
            let phone = "+4930555\(row.name.count)0\(number)"
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1: try beginContact(session, .email, address, actor)
            case 2: try beginContact(session, .mobilePhone, phone, actor)
            default: try beginContact(session, .officePhone, phone, actor)
            }
        case 4..<6: try beginApp(session, actor)
        case 6..<8: try registerAnswers(session, isGood: chance(85), actor)
        default: try remove(session, actor)
        }
    }

    /// `code` is nil without an app code, true with a right one.
    func openSession(_ name: String, isRight: Bool, code: Bool?, _ actor: EventActor, agent: Agent) throws {
        let password = typed(name, isRight: isRight)
        let app = model.accounts[name]?.methods.last { $0.kind == .totp }
        let shown = code.map { isRight in
            world.codes.code(
                seed: app?.key ?? Secret([2]), step: UInt64(model.now / 30_000) - (isRight ? 0 : 5))
        }
        if agent == .tells {
            world.attend(shadow)
            model.agentAt = model.now
        } else {
            attend()
        }
        let call = world.call {
            try world.house.registration.prove(
                AccountName(name), Secret(text: password), and: shown.map { .code($0) }, by: actor)
        }
        var expected = try check(name, password, call, agent: agent)
        if expected == .right {
            let refusal = model.openSession(name, code: shown?.secret.revealText(), peer: actor.uid, world.codes)
            expected = refusal.map { .refusal($0) } ?? .right
        }
        guard let outcome = call.outcome else { return try agree("proving as \(name)", expected, .crashed) }
        let actual = try attempt { try outcome.get() }
        try agree("proving as \(name)", expected, actual.refusal.map { .refusal($0) } ?? .right)
        if let handle = actual.reply?.handle { sessions.append(handle) }
    }

    func beginContact(_ session: Int, _ kind: MethodKind, _ address: String, _ actor: EventActor) throws {
        let expected = model.beginContact(session, kind, address, peer: actor.uid)
        let actual = try attempt {
            try world.house.registration.begin(sessions[session], kind, at: Contact(address), by: actor)
        }
        try agree("registering an address", expected, actual.refusal)
        guard let begun = actual.reply else { return }
        enrolments.append(begun.enrolment)
        let codes = try world.mail().filter { $0.row.kind == .confirmationCode }
        try agree("where the code went", [address], codes.map(\.recipient.text))
        model.enrolments[model.enrolments.count - 1].code = codes.first?.code?.secret.revealText() ?? ""
    }

    func beginApp(_ session: Int, _ actor: EventActor) throws {
        let expected = model.beginApp(session, peer: actor.uid)
        let actual = try attempt { try world.house.registration.beginApp(sessions[session], by: actor) }
        try agree("registering an app", expected, actual.refusal)
        guard let begun = actual.reply, let key = begun.key else { return }
        enrolments.append(begun.enrolment)
        model.enrolments[model.enrolments.count - 1].key = key
    }

    func confirm(_ session: Int, _ enrolment: Int, isRight: Bool, _ actor: EventActor) throws {
        let row = model.enrolments[enrolment]
        var code = row.code
        if row.kind == .totp {
            code = world.codes.code(seed: row.key, step: UInt64(model.now / 30_000)).secret.revealText() ?? ""
        }
        let given = isRight ? try OneTimeCode(code) : try OneTimeCode(code).spoiled
        let expected = model.confirm(
            session, enrolment, given.secret.revealText() ?? "", peer: actor.uid, world.codes)
        let actual = try attempt {
            try world.house.registration.confirm(sessions[session], enrolments[enrolment], given, by: actor)
        }
        try agree("confirming", expected, actual.refusal)
        if let confirmed = actual.reply { try note(confirmed, model.sessions[session]) }
    }

    func registerAnswers(_ session: Int, isGood: Bool, _ actor: EventActor) throws {
        passwords += 1
        let answers = Dictionary(
            uniqueKeysWithValues: (1...(isGood ? 5 : 4)).map { (UInt32($0), "zq answer \(passwords) \($0)") })
        let expected = model.registerAnswers(session, answers, peer: actor.uid)
        let actual = try attempt {
            try world.house.registration.registerAnswers(sessions[session], World.given(answers), by: actor)
        }
        try agree("registering answers", expected, actual.refusal)
        if let registered = actual.reply { try note(registered, model.sessions[session]) }
    }

    private func note(
        _ registered: (method: MethodID, missing: UInt32), _ session: ReferenceModel.Session
    ) throws {
        methods.append(registered.method)
        try agree("numbers of methods", model.nextMethod, methods.count)
        guard let account = model.accounts[session.name] else { return }
        let missing = model.missing(account.methods, account, session.rules)
        try agree("missing methods", missing, Int(registered.missing))
    }

    private func remove(_ session: Int, _ actor: EventActor) throws {
        guard let method = pick(Array(methods.indices)) else { return }
        let own = model.accounts[model.sessions[session].name]?.methods.map(\.id) ?? []
        let chosen = chance(70) ? pick(own) ?? method : method
        let expected = model.remove(session, chosen, peer: actor.uid)
        let actual = try attempt {
            try world.house.registration.remove(sessions[session], methods[chosen], by: actor)
        }
        try agree("removing", expected, actual.refusal)
    }
}
