import SSPRDomain
import SSPRVocabulary

/// Moves of a walk: what is done with grants, and what the target's agent makes of it.
extension ModelWalk {
    /// What an agent does with an order.
    enum Agent: CaseIterable {
        /// Takes it and reports the truth.
        case tells
        /// Takes it and refuses.
        case refuses
        /// Takes it and says nothing.
        case falls
        /// Takes nothing.
        case sleeps
        /// The daemon ends while the order is out.
        case crashes
    }

    func someAgent() -> Agent { chance(70) ? .tells : pick(Agent.allCases) ?? .tells }

    /// An agent is there now, mostly.
    func attend() {
        guard chance(80) else { return }
        world.attend(shadow)
        model.agentAt = model.now
    }

    func takeOrder() throws -> WritebackOrder {
        model.agentAt = model.now
        return try world.takeOrder(shadow)
    }

    /// A restart with something half done.
    func crash(pending: Int, orders: Int) throws {
        tally.restarts += 1
        let findings = try world.restart()
        try agree("what a start finds", [pending, orders], [findings.pendingAttempts, findings.uncertainOrders])
        model.agentAt = 0
    }

    /// Uses the grant of a recovery as its owner would, mostly.
    func redeem(_ index: Int) throws {
        guard let place = issued.firstIndex(where: { $0.recovery == index }) else { return }
        let recovery = model.recoveries[index]
        let isUsual = chance(92)
        let name = isUsual ? recovery.name : pick(Self.names) ?? "ghost"
        let purpose = chance(97) ? recovery.purpose : .unlock
        try redeem(place, name, purpose, peer(recovery.peer))
    }

    /// Uses any grant at all: old ones, spent ones, made-up ones.
    func redeemAnything() throws {
        let place = chance(80) ? pick(Array(issued.indices.suffix(8))) : nil
        try redeem(place, pick(Self.names) ?? "ghost", chance(70) ? .reset : .unlock, pick(Self.peers) ?? World.helper)
    }

    private func redeem(_ place: Int?, _ name: String, _ purpose: RecoveryPurpose, _ actor: EventActor) throws {
        let madeUp = try RecoveryGrant(Secret(world.ambient.random(32)))
        let grant = place.map { issued[$0].grant } ?? madeUp
        let index = place.map { issued[$0].recovery }
        attend()
        var password = newPassword()
        if chance(8) { password = model.accounts[name]?.former ?? password }
        if chance(8) { password = "short" } else if chance(8) { password = model.accounts[name]?.password ?? password }
        let call: PendingCall<Void>
        if purpose == .reset {
            call = world.call {
                try world.house.recovery.reset(AccountName(name), grant, Secret(text: password), by: actor)
            }
        } else {
            call = world.call { try world.house.recovery.unlock(AccountName(name), grant, by: actor) }
        }
        var expected = model.redeem(index, name, purpose, peer: actor.uid)
        if expected == nil, let index { expected = try finish(index, name, purpose, password, call) }
        guard let outcome = call.outcome else {
            // Only a crash leaves a call without an answer.
            return try agree("a call without an answer", model.recoveries[index ?? 0].state, .void)
        }
        let actual = try attempt { try outcome.get() }
        if actual.refusal == nil { try noteSuccess(place, name, purpose) }
        try agree("redeeming for \(name)", expected, actual.refusal)
    }

    /// Something was done with a grant: it must be one of ours, of this account, and for the first time.
    private func noteSuccess(_ place: Int?, _ name: String, _ purpose: RecoveryPurpose) throws {
        try agree("a success needs a grant", true, place != nil)
        guard let place else { return }
        try agree("a grant is used once", false, issued[place].isSpent)
        try agree("a grant names its account", model.recoveries[issued[place].recovery].name, name)
        issued[place].isSpent = true
        if purpose == .reset { tally.resets += 1 } else { tally.unlocks += 1 }
    }

    /// The grant is good: what follows from the password and the place where it lives.
    private func finish(
        _ index: Int, _ name: String, _ purpose: RecoveryPurpose, _ password: String, _ call: PendingCall<Void>
    ) throws -> Refusal? {
        let target = model.accounts[name]?.target
        if purpose == .reset {
            if let rule = model.brokenRule(password, name) {
                model.countRefusedPassword(index)
                return .password(rule)
            }
            if target == nil, password == model.accounts[name]?.password {
                model.countRefusedPassword(index)
                return .password(.sameAsCurrent)
            }
            if password == model.accounts[name]?.former {
                model.countRefusedPassword(index)
                return .password(.usedBefore)
            }
        }
        if target != nil {
            guard model.isServed else { return .unavailable }
            if let refusal = try writeBack(index, call) { return refusal }
            if call.outcome == nil { return nil }
        }
        if purpose == .reset {
            model.replacePassword(name, password, recovery: index)
        } else {
            model.signIns[name] = nil
            model.finish(index)
        }
        return nil
    }

    /// The same grant once more while its order is out.
    private func redeemAgain(_ index: Int) throws {
        let recovery = model.recoveries[index]
        guard let grant = issued.first(where: { $0.recovery == index })?.grant,
            let actor = Self.peers.first(where: { $0.uid == recovery.peer })
        else { return }
        let name = try AccountName(recovery.name)
        let second = world.call {
            switch recovery.purpose {
            case .reset:
                try world.house.recovery.reset(name, grant, Secret(text: newPassword()), by: actor)
            case .unlock, .manage, .verify: try world.house.recovery.unlock(name, grant, by: actor)
            }
        }
        let actual = try attempt { try second.reply() }
        try agree("a grant that is in use", .refused, actual.refusal)
    }

    private func writeBack(_ index: Int, _ call: PendingCall<Void>) throws -> Refusal? {
        let agent = someAgent()
        try agree("an order waits", true, call.outcome == nil)
        if chance(40) { try redeemAgain(index) }
        switch agent {
        case .tells:
            try world.house.desk.report(takeOrder().id, .changed)
            call.look()
            return nil
        case .refuses:
            try world.house.desk.report(takeOrder().id, .refused(.passwordPolicy, "no"))
            call.look()
            model.countRefusedPassword(index)
            return .target(.passwordPolicy, text: "no")
        case .falls:
            _ = try takeOrder()
            call.expire()
            loseTrack(index)
            return .outcomeUnknown
        case .sleeps:
            call.expire()
            model.countRefusedPassword(index)
            return .unavailable
        case .crashes:
            if chance(50) { _ = try takeOrder() }
            try crash(pending: 0, orders: 1)
            loseTrack(index)
            return nil
        }
    }

    /// Only a password that may be in force ends anything else.
    private func loseTrack(_ index: Int) {
        let recovery = model.recoveries[index]
        if recovery.purpose == .reset {
            model.loseTrack(recovery.name, recovery: index)
        } else {
            model.recoveries[index].state = .void
        }
    }
}
