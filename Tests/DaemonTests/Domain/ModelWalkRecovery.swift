import SSPRDomain
import SSPRVocabulary

/// Moves of a walk: recoveries.
extension ModelWalk {
    /// The next sensible thing for some recovery, and now and then something that is not.
    func goOnRecovering() throws {
        let recent = model.recoveries.indices.suffix(10)
        let live = recent.filter {
            [.open, .granted].contains(model.recoveries[$0].state) && model.recoveries[$0].expiresAt > model.now
        }
        guard let index = chance(93) ? pick(Array(live)) : pick(Array(recent)), chance(88) else { return try begin() }
        let recovery = model.recoveries[index]
        if recovery.state == .granted, chance(80) { return try redeem(index) }
        guard let offer = pick(recovery.next), chance(95) else {
            let choice = UInt32.random(in: 0...4, using: &random)
            return chance(50) ? try send(index, choice) : try answer(index, choice, isRight: false)
        }
        let isSent = offer.kind.isContact ? recovery.codes[offer.choice] != nil : !recovery.drawn.isEmpty
        if offer.kind != .totp, !isSent || chance(15) { return try send(index, offer.choice) }
        try answer(index, offer.choice, isRight: chance(82))
    }

    func begin() throws {
        let name = pick(Self.names) ?? "ghost"
        let purpose: RecoveryPurpose = chance(75) ? .reset : .unlock
        let actor = pick(Self.peers) ?? World.helper
        let actual = try attempt { try world.house.recovery.begin(AccountName(name), purpose, by: actor) }
        let shown = actual.reply?.methods ?? []
        let decoys = shown.map { ReferenceModel.Offer(choice: $0.choice, kind: $0.kind, method: nil) }
        let expected = model.begin(name, purpose, peer: actor.uid, decoys: decoys)
        try agree("beginning for \(name)", expected, actual.refusal)
        guard let begun = actual.reply, let recovery = model.recoveries.last else { return }
        try agree("offers to \(name)", recovery.next.map(\.kind), begun.methods.map(\.kind))
        try agree("choices of \(name)", recovery.next.map(\.choice), begun.methods.map(\.choice))
        if !recovery.isDecoy { try agree("proofs that \(name) needs", recovery.proofsNeeded, Int(begun.proofsNeeded)) }
        handles.append(begun.handle)
        ledger.append([])
        promised.append(Int(begun.proofsNeeded))
    }

    private func send(_ index: Int, _ choice: UInt32) throws {
        let actor = peer(model.recoveries[index].peer)
        let typed = number(index, choice)
        let expected = model.send(index, choice, typed: typed, peer: actor.uid)
        let actual = try attempt {
            try world.house.recovery.send(handles[index], choice, confirming: typed.map { try Contact($0) }, by: actor)
        }
        if case .refusal(let refusal) = expected { return try agree("sending", refusal, actual.refusal) }
        try agree("sending", nil, actual.refusal)
        if expected == .questions { model.recoveries[index].drawn = actual.reply?.questions ?? [] }
        let codes = try world.mail().filter { $0.row.kind == .recoveryCode }
        try agree("deliveries", expected == .code(isDelivered: true) ? 1 : 0, codes.count)
        guard let mail = codes.first else { return }
        let recovery = model.recoveries[index]
        let method = recovery.offers.first { $0.choice == choice }?.method
        try agree("whose code", recovery.name, mail.account.text)
        try agree(
            "where to", model.accounts[recovery.name]?.methods.first { $0.id == method }?.address, mail.recipient.text)
        model.recoveries[index].codes[choice]?.text = mail.code?.secret.revealText()
    }

    /// The number that a person types where one is asked for: mostly the right one.
    private func number(_ index: Int, _ choice: UInt32) -> String? {
        let recovery = model.recoveries[index]
        guard let offer = recovery.offers.first(where: { $0.choice == choice }), !chance(5),
            offer.kind == .mobilePhone || offer.kind == .officePhone
        else { return nil }
        let right = model.accounts[recovery.name]?.methods.first { $0.id == offer.method }?.address
        return chance(90) ? right ?? "+493055599" : "+493055598"
    }

    /// What a person would type for a choice now.
    private func secret(_ index: Int, _ choice: UInt32, isRight: Bool) -> ReferenceModel.Answer {
        let recovery = model.recoveries[index]
        let offer = recovery.offers.first { $0.choice == choice }
        let method = model.accounts[recovery.name]?.methods.first { $0.id == offer?.method }
        switch offer?.kind {
        case .questions?:
            var answers = (method?.answers ?? [:]).filter { recovery.drawn.contains($0.key) }
            if !isRight, let question = recovery.drawn.first { answers[question] = "zq something else" }
            if !isRight, chance(20) { answers = [:] }
            return .answers(answers)
        case .totp?:
            let offset: UInt64 = isRight ? 0 : UInt64.random(in: 1...3, using: &random)
            let step = UInt64(model.now / 30_000) - offset
            return .code(world.codes.code(seed: method?.key ?? Secret([1]), step: step).secret.revealText() ?? "")
        default:
            // Wrong: a code of somebody else's recovery, or one made up.
            let foreign = model.recoveries.suffix(6).flatMap { $0.codes.values.compactMap(\.text).sorted() }
            let right = isRight ? recovery.codes[choice]?.text : pick(foreign)
            return .code(right ?? "00000001")
        }
    }

    private func answer(_ index: Int, _ choice: UInt32, isRight: Bool) throws {
        let recovery = model.recoveries[index]
        let actor = peer(recovery.peer)
        let given = secret(index, choice, isRight: isRight)
        let expected = model.answer(index, choice, given, peer: actor.uid, world.codes)
        let actual = try attempt { () throws -> Recovery.Progress in
            switch given {
            case .code(let text):
                try world.house.recovery.answer(handles[index], choice, code: OneTimeCode(text), by: actor)
            case .answers(let answers):
                try world.run {
                    try world.house.recovery.answer(handles[index], choice, answers: World.given(answers), by: actor)
                }
            }
        }
        let outcome = actual.reply.map { ReferenceModel.Outcome.progress(missing: Int($0.proofsMissing)) }
        if let progress = actual.reply, let kind = recovery.offers.first(where: { $0.choice == choice })?.kind {
            ledger[index].insert(kind)
            if let grant = progress.grant { try note(grant, index) }
        }
        try agree("answering \(choice)", expected, outcome ?? actual.refusal.map { .refusal($0) })
    }

    /// A grant came out: the ledger must hold as many different right secrets of this recovery as were asked for when it began, and
    /// two of an administrator's, whatever the model and the policies since then say.
    private func note(_ grant: RecoveryGrant, _ index: Int) throws {
        let account = model.accounts[model.recoveries[index].name]
        let needed = account?.role.isAdministrator == true ? 2 : promised[index]
        try agree("different proofs behind a grant", true, ledger[index].count >= needed)
        try agree("an account behind a grant", true, account != nil)
        try agree("one grant of a recovery", false, issued.contains { $0.recovery == index })
        issued.append(Issued(grant: grant, recovery: index))
        tally.grants += 1
    }

    func cancel() throws {
        // What ended a day ago may be forgotten, so nothing is asked about it.
        let recent = model.recoveries.indices.suffix(20)
            .filter { model.recoveries[$0].expiresAt + 24 * ReferenceModel.hour > model.now }
        guard let index = pick(Array(recent)) else { return }
        let actor = peer(model.recoveries[index].peer)
        let expected = model.cancel(index, peer: actor.uid)
        let actual = try attempt { try world.house.recovery.cancel(handles[index], by: actor) }
        try agree("cancelling", expected, actual.refusal)
    }
}
