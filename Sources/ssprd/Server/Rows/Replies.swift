import SSPRDomain
import SSPRProtocol
import SSPRVocabulary
import StrictCBOR

// What the domain says, in the words of the wire. No decision is made here.

extension CheckAccount.Reply {
    init(_ asked: Asked) {
        self.init(
            missing: asked.missing, isReviewDue: asked.isReviewDue ? true : nil, postponements: asked.postponements)
    }
}

extension CheckPassword.Reply {
    init(_ checked: (verdict: PasswordVerdict, minimumLength: Int)) {
        let verdict = checked.verdict
        self.init(
            rule: verdict.rule, points: verdict.points, pointsNeeded: BannedTerm.pointsNeeded, found: verdict.found,
            minimumLength: UInt32(checked.minimumLength))
    }
}

extension DescribeRegistration.Reply {
    init(_ state: RegistrationState) throws {
        let mayAnswer = state.available.contains(.questions)
        self.init(
            methods: state.methods.map(RegisteredMethod.init), missing: state.missing, available: state.available,
            questions: mayAnswer ? try state.questions.all.map(Question.init) : [],
            signInLockedUntil: state.signInLockedUntil, recoveryBlockedUntil: state.recoveryBlockedUntil,
            proofsNeeded: UInt32(state.proofsNeeded), reviewDueAt: state.reviewDueAt,
            isReviewDue: state.isReviewDue ? true : nil, questionsNeeded: UInt32(state.questionsNeeded))
    }
}

extension RegisteredMethod {
    init(_ method: RegistrationState.Method) {
        self.init(
            id: method.row.id, kind: method.row.kind, hint: method.hint, confirmedAt: method.row.confirmedAt,
            usableFrom: method.row.usableFrom, isDisabled: method.row.isDisabled,
            isPrefilled: method.row.isPrefilled ? true : nil)
    }
}

extension Question {
    init(_ question: QuestionCatalog.Question) throws { try self.init(number: question.number, text: question.text) }
}

extension BeginEnrolment.Reply {
    init(_ begun: Registration.Begun) {
        self.init(
            enrolment: begun.enrolment, expiresAt: begun.expiresAt, key: begun.key, pairing: begun.pairing,
            codes: begun.codes.isEmpty ? nil : begun.codes)
    }
}

extension ConfirmEnrolment.Reply {
    init(_ registered: (method: MethodID, missing: UInt32)) {
        self.init(method: registered.method, missing: registered.missing)
    }
}

extension OfferedMethod {
    init(_ offered: Recovery.Offered) {
        self.init(
            choice: offered.choice, kind: offered.kind, hint: offered.hint, channels: offered.kind.channels,
            confirmsContact: offered.confirmsContact)
    }
}

extension BeginRecovery.Reply {
    init(_ begun: Recovery.Begun) {
        self.init(
            handle: begun.handle, expiresAt: begun.expiresAt, proofsNeeded: begun.proofsNeeded,
            methods: begun.methods.map(OfferedMethod.init))
    }
}

extension SendChallenge.Reply {
    init(_ challenge: Recovery.Challenge) throws {
        let questions = try challenge.catalog.questions(challenge.questions).map(Question.init)
        self.init(
            expiresAt: challenge.expiresAt, resendAt: challenge.resendAt, questions: questions,
            number: challenge.number)
    }
}

extension AnswerChallenge.Reply {
    init(_ progress: Recovery.Progress) {
        self.init(
            proofsMissing: progress.proofsMissing, methods: progress.methods.map(OfferedMethod.init),
            grant: progress.grant, isWaiting: progress.isWaiting ? true : nil)
    }
}

extension AccountSummary {
    init(_ state: RegistrationState) {
        let account = state.account
        self.init(
            id: account.id, account: account.name, uid: account.uid, role: account.role, isEnabled: account.isEnabled,
            target: account.target, methods: state.methods.map(\.row.kind), missing: state.missing,
            addedAt: account.addedAt, signInLockedUntil: state.signInLockedUntil,
            recoveryBlockedUntil: state.recoveryBlockedUntil, language: account.language)
    }
}

extension ListQuestions.Reply {
    init(_ page: (questions: [Questions.Listed], isLast: Bool)) {
        self.init(questions: page.questions.map(ListedQuestion.init), isLast: page.isLast)
    }
}

extension ListedQuestion {
    init(_ listed: Questions.Listed) {
        self.init(
            number: listed.number, isCustom: listed.custom != nil,
            state: listed.custom?.retiredAt == nil ? .inUse : .retired, texts: listed.texts,
            addedAt: listed.custom?.addedAt, retiredAt: listed.custom?.retiredAt)
    }
}

extension ListAccounts.Reply {
    init(_ page: (accounts: [RegistrationState], isLast: Bool)) {
        self.init(accounts: page.accounts.map(AccountSummary.init), isLast: page.isLast)
    }
}

extension ReadAudit.Reply {
    init(_ page: Trail.Page) {
        self.init(
            records: page.links.map {
                AuditRecord(sequence: $0.sequence, event: $0.event, hash: ByteString($0.hash))
            }, reached: page.reached, isLast: page.isLast)
    }
}

extension VerifyAudit.Reply {
    init(_ finding: Trail.Finding, known: VerifyAudit.Request) {
        let fault = finding.fault.map { AuditFaultKind($0.kind) } ?? (finding.knowsHead ? nil : .foreignHead)
        self.init(
            verified: finding.head.sequence, head: ByteString(finding.head.hash),
            firstBad: finding.fault?.sequence ?? (finding.knowsHead ? nil : known.sequence), fault: fault)
    }
}

extension AuditFaultKind {
    init(_ kind: AuditFault.Kind) {
        switch kind {
        case .gap: self = .gap
        case .broken: self = .broken
        case .unreadable: self = .unreadable
        case .head: self = .head
        }
    }
}

extension DeliveryJob {
    init(_ leased: LeasedDelivery) {
        self.init(
            id: leased.row.id, lease: leased.row.lease, channel: leased.row.channel, contact: leased.recipient,
            kind: leased.row.kind, account: leased.row.kind.namesAccount ? leased.account : nil, code: leased.code,
            happenedAt: leased.happenedAt, expiresAt: leased.row.expiresAt, language: leased.language,
            codeExpiresAt: leased.codeExpiresAt, resets: leased.resets)
    }
}

extension DeliveryTrace {
    init(_ told: Traces.Told) {
        self.init(
            state: told.state, isExact: told.isExact, channel: told.channel, isServed: told.isServed,
            isWorking: told.isWorking,
            // Rounded up: at once is a second too.
            usualSeconds: told.usual.map { UInt32(clamping: max(1, ($0.milliseconds + 999) / 1000)) },
            queuedAt: told.queuedAt, takenAt: told.takenAt, settledAt: told.settledAt)
    }
}

extension ListDeliveries.Reply {
    init(_ page: Traces.Page) {
        self.init(
            deliveries: page.entries.map(DeliverySummary.init), reached: page.reached, isLast: page.isLast)
    }
}

extension DeliverySummary {
    init(_ entry: Traces.Entry) {
        let row = entry.row
        var recovery: RecoveryID?
        if case .recovery(let id, _) = row.origin { recovery = id }
        self.init(
            id: row.delivery, account: entry.account, recovery: recovery, channel: row.channel, kind: row.kind,
            state: entry.fate.state, reason: entry.fate.reason, queuedAt: row.queuedAt, takenAt: row.takenAt,
            settledAt: entry.fate.settledAt, attempts: row.attempts)
    }
}

extension WritebackJob {
    init(_ order: WritebackOrder) {
        self.init(
            id: order.id, operation: order.operation, account: order.account, password: order.password,
            deadline: order.deadline, number: order.number, uid: order.uid)
    }
}
