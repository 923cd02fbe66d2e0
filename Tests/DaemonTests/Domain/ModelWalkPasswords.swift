import SSPRDomain
import SSPRVocabulary

/// Moves of a walk: calls that begin with a password.
extension ModelWalk {
    /// What a password check should have come to.
    enum Checked: Equatable {
        case right
        case refusal(Refusal)
        /// The daemon ended in the middle.
        case crashed
    }

    /// The password that a person types.
    func typed(_ name: String, isRight: Bool) -> String {
        let right = model.accounts[name]?.password ?? "whatever"
        return isRight ? right : "wrong one \(Int.random(in: 0..<6, using: &random))"
    }

    /// Plays the agent for a call that has just begun with a password check.
    func check<R: Sendable>(
        _ name: String, _ password: String, _ call: PendingCall<R>, agent: Agent
    ) throws -> Checked {
        if let refusal = model.signInLock(name) { return .refusal(refusal) }
        let isRight = model.accounts[name]?.password == password
        if model.accounts[name]?.target != nil {
            guard model.isServed else { return .refusal(.unavailable) }
            try agree("a check waits", true, call.outcome == nil)
            switch agent {
            case .tells:
                try world.house.desk.report(
                    takeOrder().id, isRight ? .changed : .refused(.wrongOldPassword))
                call.look()
            case .refuses:
                try world.house.desk.report(takeOrder().id, .refused(.misconfigured))
                call.look()
                return .refusal(.unavailable)
            case .falls:
                _ = try takeOrder()
                call.expire()
                return .refusal(.unavailable)
            case .sleeps:
                call.expire()
                return .refusal(.unavailable)
            case .crashes:
                try crash(pending: 1, orders: 0)
                model.signIns[name, default: ReferenceModel.SignInCount()].count += 1
                return .crashed
            }
        }
        return model.settleSignIn(name, password, isRight: isRight).map { .refusal($0) } ?? .right
    }

    private func agree(_ what: String, _ expected: Checked, _ call: PendingCall<Void>) throws {
        guard let outcome = call.outcome else { return try agree(what, expected, .crashed) }
        let actual = try attempt { try outcome.get() }
        try agree(what, expected, actual.refusal.map { .refusal($0) } ?? .right)
    }

    func signIn() throws {
        let name = pick(Self.names) ?? "ghost"
        let password = typed(name, isRight: chance(35))
        attend()
        let call = world.call {
            try world.house.signIn.authenticate(AccountName(name), Secret(text: password), by: World.helper)
        }
        let expected = try check(name, password, call, agent: someAgent())
        try agree("signing in as \(name)", expected, call)
    }

    func change() throws {
        let name = pick(Self.names) ?? "ghost"
        let current = typed(name, isRight: chance(80))
        var new = newPassword()
        if chance(15) { new = model.accounts[name]?.former ?? new }
        if chance(15) { new = "short" } else if chance(15) { new = current } else if chance(10) { new += " of \(name)" }
        attend()
        let call = world.call {
            try world.house.signIn.change(
                AccountName(name), current: Secret(text: current), new: Secret(text: new), by: World.helper)
        }
        var expected = try check(name, current, call, agent: .tells)
        if expected == .right { expected = try replace(name, current, new, call) }
        try agree("changing for \(name)", expected, call)
    }

    private func replace(_ name: String, _ current: String, _ new: String, _ call: PendingCall<Void>) throws -> Checked
    {
        if let rule = model.brokenRule(new, name) { return .refusal(.password(rule)) }
        if current == new { return .refusal(.password(.sameAsCurrent)) }
        if new == model.accounts[name]?.former { return .refusal(.password(.usedBefore)) }
        if model.accounts[name]?.target != nil {
            try agree("a change waits", true, call.outcome == nil)
            switch someAgent() {
            case .tells:
                try world.house.desk.report(takeOrder().id, .changed)
                call.look()
            case .refuses:
                try world.house.desk.report(takeOrder().id, .refused(.accountLocked))
                call.look()
                return .refusal(.target(.accountLocked, text: nil))
            case .falls:
                _ = try takeOrder()
                call.expire()
                model.loseTrack(name, recovery: nil)
                return .refusal(.outcomeUnknown)
            case .sleeps:
                call.expire()
                return .refusal(.unavailable)
            case .crashes:
                try crash(pending: 0, orders: 1)
                model.loseTrack(name, recovery: nil)
                return .crashed
            }
        }
        model.replacePassword(name, new, recovery: nil)
        return .right
    }
}
