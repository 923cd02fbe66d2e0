import SSPRDomain
import SSPRVocabulary

/// Registrations as they should go.
extension ReferenceModel {
    struct Session {
        let name: String
        let peer: UInt32
        let expiresAt: Int64
        let isFull: Bool
        /// Those of its beginning.
        let rules: Rules
        var isOver = false
    }

    struct Enrolment {
        let session: Int
        let kind: MethodKind
        var address = ""
        var key = Secret([UInt8]())
        let begunAt: Int64
        let expiresAt: Int64
        /// The mailed code.
        var code = ""
        var tries = 0
        var isOver = false
    }

    mutating func endSessions(of name: String) {
        for index in sessions.indices where sessions[index].name == name { sessions[index].isOver = true }
    }

    private func isLive(_ session: Session, peer: UInt32) -> Bool {
        !session.isOver && session.peer == peer && session.expiresAt > now
            && accounts[session.name]?.isEnabled == true
    }

    /// The password was right: opens a session unless the account is disabled or the app code is not accepted.
    mutating func openSession(_ name: String, code: String?, peer: UInt32, _ codes: FakeCodes) -> Refusal? {
        guard let account = accounts[name], account.isEnabled else { return .refused }
        if let code, !acceptAppCode(account, code, codes) { return .refused }
        sessions.append(
            Session(name: name, peer: peer, expiresAt: now + 10 * Self.minute, isFull: code != nil, rules: rules))
        return nil
    }

    private mutating func acceptAppCode(_ account: Account, _ code: String, _ codes: FakeCodes) -> Bool {
        let apps = account.methods.filter { $0.kind == .totp && !$0.isDisabled && $0.usableFrom <= now }
        var wasUsed = false
        for app in apps {
            switch verdict(code, app, codes) {
            case .fresh(let step):
                change(app.id, of: account.name) {
                    $0.floor = step
                    $0.failures = 0
                }
                return true
            case .used: wasUsed = true
            case .wrong: continue
            }
        }
        if wasUsed { return false }
        for app in apps {
            change(app.id, of: account.name) {
                $0.failures += 1
                if $0.failures >= 10 { $0.isDisabled = true }
            }
        }
        return false
    }

    private func hasRoom(_ name: String, _ kind: MethodKind, _ address: String) -> Bool {
        let methods = accounts[name]?.methods ?? []
        let room =
            switch kind {
            case .email, .mobilePhone: 2
            case .totp, .push: 5
            case .officePhone, .questions, .recoveryCodes: 1
            case .temporaryPass: 0
            }
        return methods.count(where: { $0.kind == kind }) < room
            && (address.isEmpty || !methods.contains { $0.address == address })
    }

    mutating func beginContact(_ session: Int, _ kind: MethodKind, _ address: String, peer: UInt32) -> Refusal? {
        let row = sessions[session]
        guard isLive(row, peer: peer) else { return .refused }
        guard hasRoom(row.name, kind, address) else { return .conflict }
        let before = enrolments.indices.filter {
            enrolments[$0].session == session && enrolments[$0].address == address && !enrolments[$0].isOver
        }
        if let last = before.map({ enrolments[$0].begunAt }).max(), now < last + Self.minute {
            return .throttled(until: moment(last + Self.minute))
        }
        let tries = before.map { enrolments[$0].tries }.max() ?? 0
        guard tries < 5 else { return .throttled(until: moment(row.expiresAt)) }
        guard spendMessage(row.name) else { return .throttled(until: moment(now + Self.hour)) }
        for index in before { enrolments[index].isOver = true }
        var enrolment = Enrolment(
            session: session, kind: kind, address: address, begunAt: now,
            expiresAt: min(row.expiresAt, now + 10 * Self.minute))
        enrolment.tries = tries
        enrolments.append(enrolment)
        return nil
    }

    mutating func beginApp(_ session: Int, peer: UInt32) -> Refusal? {
        let row = sessions[session]
        guard isLive(row, peer: peer) else { return .refused }
        guard hasRoom(row.name, .totp, "") else { return .conflict }
        enrolments.append(Enrolment(session: session, kind: .totp, begunAt: now, expiresAt: row.expiresAt))
        return nil
    }

    mutating func confirm(_ session: Int, _ index: Int, _ code: String, peer: UInt32, _ codes: FakeCodes) -> Refusal? {
        let (row, enrolment) = (sessions[session], enrolments[index])
        guard isLive(row, peer: peer), enrolment.session == session, !enrolment.isOver, enrolment.expiresAt > now,
            enrolment.tries < 5
        else { return .refused }
        enrolments[index].tries += 1
        var method = Method(
            id: nextMethod, kind: enrolment.kind, address: enrolment.address, key: enrolment.key, usableFrom: now)
        if enrolment.kind != .totp {
            guard code == enrolment.code else { return .refused }
        } else {
            guard case .fresh(let step) = verdict(code, method, codes) else { return .refused }
            method.floor = step
        }
        guard hasRoom(row.name, enrolment.kind, enrolment.address) else { return .conflict }
        enrolments[index].isOver = true
        register(method, of: row.name, row.rules)
        return nil
    }

    private mutating func register(_ method: Method, of name: String, _ rules: Rules) {
        var method = method
        guard var account = accounts[name] else { return }
        if method.kind != .questions, account.isRegistered { method.usableFrom = now + 24 * Self.hour }
        account.methods.append(method)
        account.isRegistered = account.isRegistered || missing(account.methods, account, rules) == 0
        accounts[name] = account
        nextMethod += 1
    }

    mutating func registerAnswers(_ session: Int, _ answers: [UInt32: String], peer: UInt32) -> Refusal? {
        let row = sessions[session]
        guard isLive(row, peer: peer), let account = accounts[row.name] else { return .refused }
        guard kinds(account, row.rules).contains(.questions) else { return .notFound }
        guard answers.count == 5, Set(answers.values).count == 5 else { return .answers }
        if account.methods.contains(where: { $0.kind == .questions }), !row.isFull { return .refused }
        accounts[row.name]?.methods.removeAll { $0.kind == .questions }
        register(
            Method(id: nextMethod, kind: .questions, answers: answers, usableFrom: now), of: row.name, row.rules)
        return nil
    }

    mutating func remove(_ session: Int, _ method: Int, peer: UInt32) -> Refusal? {
        let row = sessions[session]
        guard isLive(row, peer: peer), row.isFull else { return .refused }
        guard accounts[row.name]?.methods.contains(where: { $0.id == method }) == true else { return .notFound }
        accounts[row.name]?.methods.removeAll { $0.id == method }
        return nil
    }
}
