import SSPRDomain
import SSPRVocabulary

/// Recoveries as they should go.
extension ReferenceModel {
    enum State {
        case open, granted, finished, cancelled, void
    }

    struct Offer {
        let choice: UInt32
        let kind: MethodKind
        /// Nil for a decoy.
        let method: Int?
    }

    struct SentCode {
        /// Nil when it went to nobody.
        var text: String?
        let sentAt: Int64
        let expiresAt: Int64
        var tries: Int
        var isSpent: Bool
    }

    struct Recovery {
        let name: String
        let isEligible: Bool
        let purpose: RecoveryPurpose
        let peer: UInt32
        let expiresAt: Int64
        /// By the rules of its beginning.
        let proofsNeeded: Int
        let offers: [Offer]
        var state = State.open
        var proven: [UInt32] = []
        var drawn: [UInt32] = []
        var codes: [UInt32: SentCode] = [:]
        var refusedPasswords = 0

        var isDecoy: Bool { offers.allSatisfy { $0.method == nil } }
        func belongs(to name: String) -> Bool { !isDecoy && self.name == name }
        var provenGroups: Set<Int> {
            Set(offers.filter { proven.contains($0.choice) }.map { ReferenceModel.group($0.kind) })
        }
        /// Other classes only, and questions only after another proof.
        var next: [Offer] {
            offers.filter {
                !provenGroups.contains(ReferenceModel.group($0.kind)) && ($0.kind != .questions || !proven.isEmpty)
            }
        }
    }

    // MARK: Beginning

    func block(_ name: String) -> Refusal? {
        guard let until = proofs[name]?.blockedUntil, until > now else { return nil }
        return .throttled(until: moment(until))
    }

    /// What a stranger is shown is the rules' own choice, so the model is told; what it can prove, which is nothing, is not.
    mutating func begin(_ name: String, _ purpose: RecoveryPurpose, peer: UInt32, decoys: [Offer]) -> Refusal? {
        if let refusal = block(name) { return refusal }
        let account = accounts[name]
        let methods =
            account.map { account in
                account.methods.filter { kinds(account, rules).contains($0.kind) && $0.usableFrom <= now }
            } ?? []
        let isEnough = account.map { missing(Set(methods.map(\.kind)), $0, rules) == 0 } ?? false
        let own = methods.enumerated().map { Offer(choice: UInt32($0 + 1), kind: $1.kind, method: $1.id) }
        recoveries.append(
            Recovery(
                name: name, isEligible: account.map { $0.isEnabled && missing(methods, $0, rules) == 0 } ?? false,
                purpose: purpose, peer: peer, expiresAt: now + 15 * Self.minute,
                proofsNeeded: rules.proofs(for: account?.role ?? .user), offers: isEnough ? own : decoys))
        return nil
    }

    private func isLive(_ recovery: Recovery, peer: UInt32) -> Bool {
        recovery.peer == peer && recovery.expiresAt > now && recovery.state == .open
    }

    private func method(_ id: Int?, of name: String) -> Method? {
        accounts[name]?.methods.first { $0.id == id && !$0.isDisabled }
    }

    /// True while nothing that the recovery stands on has been revoked.
    private func stands(_ recovery: Recovery) -> Bool {
        recovery.isEligible && accounts[recovery.name]?.isEnabled == true
            && recovery.offers.filter { recovery.proven.contains($0.choice) }
                .allSatisfy { method($0.method, of: recovery.name) != nil }
    }

    // MARK: Sending

    enum Sent: Equatable {
        case refusal(Refusal)
        /// A code went out; `isDelivered` to somebody.
        case code(isDelivered: Bool)
        case nothing
        case questions
    }

    /// `typed` is the whole number, which a phone needs.
    mutating func send(_ index: Int, _ choice: UInt32, typed: String?, peer: UInt32) -> Sent {
        let recovery = recoveries[index]
        guard isLive(recovery, peer: peer), let offer = recovery.next.first(where: { $0.choice == choice }) else {
            return .refusal(.refused)
        }
        if let refusal = block(recovery.name) { return .refusal(refusal) }
        switch offer.kind {
        case .totp, .push, .recoveryCodes, .temporaryPass: return .nothing
        case .questions: return .questions
        case .mobilePhone, .officePhone: if typed == nil { return .refusal(.malformed) }
        case .email: break
        }
        let before = recovery.codes[choice]
        if let before, now < before.sentAt + Self.minute { return .nothing }
        // A wrong number sends nothing and spends nothing.
        let address = accounts[recovery.name]?.methods.first { $0.id == offer.method }?.address
        guard typed != nil && typed != address || spendMessage(recovery.name) else { return .nothing }
        let tries = before?.tries ?? 0
        recoveries[index].codes[choice] = SentCode(
            text: nil, sentAt: now, expiresAt: min(recovery.expiresAt, now + 10 * Self.minute), tries: tries,
            isSpent: tries >= 5)
        let method = method(offer.method, of: recovery.name)
        return .code(isDelivered: stands(recovery) && method != nil && (typed == nil || typed == method?.address))
    }

    // MARK: Answering

    enum Answer {
        case code(String)
        case answers([UInt32: String])
    }

    enum Outcome: Equatable {
        case refusal(Refusal)
        case progress(missing: Int)
    }

    mutating func answer(_ index: Int, _ choice: UInt32, _ given: Answer, peer: UInt32, _ codes: FakeCodes) -> Outcome {
        let recovery = recoveries[index]
        guard isLive(recovery, peer: peer) else { return .refusal(.refused) }
        if let refusal = block(recovery.name) { return .refusal(refusal) }
        touchProofs(recovery.name)
        let offer = recovery.offers.first { $0.choice == choice }
        switch (given, offer?.kind) {
        case (.code(let code), .email?), (.code(let code), .mobilePhone?), (.code(let code), .officePhone?):
            // A guess at what was never sent is no failure of the method.
            let failing = recoveries[index].codes[choice] == nil ? nil : offer
            let proof = compareSent(index, choice, code)
            return settle(index, proof == .right ? offer : failing, proof)
        case (.code(let code), .totp?): return settle(index, offer, compareApp(index, offer, code, codes))
        case (.answers(let answers), .questions?): return settleAnswers(index, offer, answers)
        default: return settle(index, nil, .wrong)
        }
    }

    private enum Proof {
        case right, wrong, used
    }

    private func counts(_ index: Int, _ choice: UInt32) -> Bool {
        let recovery = recoveries[index]
        guard stands(recovery), let offer = recovery.next.first(where: { $0.choice == choice }) else { return false }
        return method(offer.method, of: recovery.name) != nil
    }

    private mutating func compareSent(_ index: Int, _ choice: UInt32, _ code: String) -> Proof {
        guard var sent = recoveries[index].codes[choice] else { return .wrong }
        let matches = sent.text == code
        if sent.isSpent { return matches && recoveries[index].proven.contains(choice) ? .used : .wrong }
        if sent.expiresAt <= now { return .wrong }
        let isRight = matches && counts(index, choice)
        sent.tries += 1
        sent.isSpent = isRight || sent.tries >= 5
        recoveries[index].codes[choice] = sent
        return isRight ? .right : .wrong
    }

    private mutating func compareApp(_ index: Int, _ offer: Offer?, _ code: String, _ codes: FakeCodes) -> Proof {
        let name = recoveries[index].name
        guard let offer, let method = method(offer.method, of: name) else { return .wrong }
        switch verdict(code, method, codes) {
        case .wrong: return .wrong
        case .used: return .used
        case .fresh(let step):
            guard counts(index, offer.choice) else { return .wrong }
            change(method.id, of: name) { $0.floor = step }
            return .right
        }
    }

    private mutating func settleAnswers(_ index: Int, _ offer: Offer?, _ answers: [UInt32: String]) -> Outcome {
        let recovery = recoveries[index]
        guard let offer, recovery.next.contains(where: { $0.choice == offer.choice }), !recovery.drawn.isEmpty else {
            return settle(index, nil, .wrong)
        }
        let registered = accounts[recovery.name]?.methods.first { $0.id == offer.method }?.answers ?? [:]
        let isRight =
            answers.count == recovery.drawn.count
            && recovery.drawn.allSatisfy { answers[$0] != nil && answers[$0] == registered[$0] }
        if isRight, counts(index, offer.choice) { return settle(index, offer, .right) }
        recoveries[index].drawn = []
        return settle(index, offer, .wrong)
    }

    private mutating func settle(_ index: Int, _ offer: Offer?, _ proof: Proof) -> Outcome {
        let name = recoveries[index].name
        switch proof {
        case .used: return .refusal(.refused)
        case .wrong:
            chargeProof(name)
            if let id = offer?.method {
                change(id, of: name) {
                    $0.failures += 1
                    if $0.failures >= 10 { $0.isDisabled = true }
                }
            }
            return .refusal(.refused)
        case .right:
            if let offer { recoveries[index].proven.append(offer.choice) }
            let missing = max(0, recoveries[index].proofsNeeded - recoveries[index].provenGroups.count)
            if missing == 0 { recoveries[index].state = .granted }
            return .progress(missing: missing)
        }
    }

    /// Proofs are forgotten a day after the last of them.
    private mutating func touchProofs(_ name: String) {
        var count = proofs[name] ?? ProofCount()
        if count.blockedUntil != nil || now - count.lastAt >= 24 * Self.hour { count = ProofCount() }
        count.lastAt = now
        proofs[name] = count
    }

    private mutating func chargeProof(_ name: String) {
        var count = proofs[name] ?? ProofCount()
        count.count += 1
        if count.count >= 5 { count.blockedUntil = now + 24 * Self.hour }
        proofs[name] = count
    }

    mutating func change(_ id: Int, of name: String, _ body: (inout Method) -> Void) {
        guard let place = accounts[name]?.methods.firstIndex(where: { $0.id == id }) else { return }
        if var method = accounts[name]?.methods[place] {
            body(&method)
            accounts[name]?.methods[place] = method
        }
    }

    // MARK: Finishing

    mutating func cancel(_ index: Int, peer: UInt32) -> Refusal? {
        guard recoveries[index].peer == peer, [.open, .granted].contains(recoveries[index].state) else {
            return .refused
        }
        recoveries[index].state = .cancelled
        return nil
    }

    /// Why a grant is not taken; nil when it is.
    func redeem(_ index: Int?, _ name: String, _ purpose: RecoveryPurpose, peer: UInt32) -> Refusal? {
        guard let index else { return .refused }
        let recovery = recoveries[index]
        let isGood =
            recovery.state == .granted && recovery.purpose == purpose && recovery.peer == peer
            && recovery.expiresAt > now && recovery.name == name && stands(recovery)
        return isGood ? nil : .refused
    }

    /// A refused password gives the grant back, five times.
    mutating func countRefusedPassword(_ index: Int) {
        recoveries[index].refusedPasswords += 1
        if recoveries[index].refusedPasswords > 5 { recoveries[index].state = .void }
    }

    mutating func finish(_ index: Int) {
        let recovery = recoveries[index]
        recoveries[index].state = .finished
        proofs[recovery.name] = nil
        for offer in recovery.offers where recovery.proven.contains(offer.choice) {
            if let id = offer.method { change(id, of: recovery.name) { $0.failures = 0 } }
        }
    }
}
