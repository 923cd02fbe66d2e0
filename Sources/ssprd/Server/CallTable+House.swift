public import SSPRDomain
import SSPRProtocol
public import SSPRVocabulary
import StrictCBOR

extension CallTable {
    /// The daemon's table of contents: one line a call, in number order.
    ///
    /// A missing or double row refuses the start.
    ///
    /// - Parameters:
    ///   - house: The rules.
    ///   - helpDesk: Where people find theirs, in the site's own words.
    ///   - read: What a policy document says, or a refusal that tells what is wrong with it.
    ///   - reload: Reads the configuration file again for a caller, puts it into force and returns what has changed, or throws a refusal.
    public static func house(
        _ house: House, helpDesk: String? = nil, reading read: @escaping @Sendable (String) throws -> PolicyDocument,
        reloading reload: @escaping @Sendable (Caller) throws -> [PolicyChange]
    ) throws -> CallTable {
        try CallTable(rows: [
            .hello(version: Release.version, helpDesk: helpDesk),
            .inline(Ping.self) { _, _ in Empty() },

            .waiting(Authenticate.self) { try house.signIn.authenticate($1.account, $1.password, by: $0).reply() },
            .blocking(CheckAccount.self) { .init(try house.signIn.ask($1.account)) },
            .waiting(ChangePassword.self) {
                try house.signIn.change($1.account, current: $1.current, new: $1.new, by: $0).reply()
            },
            .blocking(CheckPassword.self) { .init(try house.signIn.check($1.account, $1.password, by: $0)) },

            .blocking(DescribeRegistration.self) {
                try .init(house.registration.describe($1.account, in: $1.language, by: $0))
            },
            .waiting(ProveRegistration.self) {
                try house.registration.prove($1, by: $0).reply { .init(handle: $0.handle, expiresAt: $0.expiresAt) }
            },
            .blocking(BeginEnrolment.self) { .init(try house.registration.begin($1, by: $0)) },
            .blocking(ConfirmEnrolment.self) {
                .init(try house.registration.confirm($1.handle, $1.enrolment, $1.code, by: $0))
            },
            .blocking(RegisterAnswers.self) {
                .init(try house.registration.registerAnswers($1.handle, $1.answers.map(GivenAnswer.init), by: $0))
            },
            .blocking(RemoveMethod.self) {
                .init(missing: try house.registration.remove($1.handle, $1.method, by: $0))
            },
            .waiting(TraceEnrolment.self) {
                try house.registration.trace($1.handle, $1.enrolment, known: $1.known, by: $0).reply { .init($0) }
            },
            .blocking(ReviewContacts.self) { .init(reviewDueAt: try house.registration.review($1.handle, by: $0)) },

            .blocking(BeginRecovery.self) { .init(try house.recovery.begin($1.account, $1.purpose, by: $0)) },
            .blocking(SendChallenge.self) {
                try .init(
                    house.recovery.send(
                        $1.handle, $1.choice, via: $1.channel, confirming: $1.contact, by: $0))
            },
            .waiting(AnswerChallenge.self) { try house.recovery.answer($1, by: $0).reply { .init($0) } },
            .waiting(ResetPassword.self) {
                try house.recovery.reset($1.account, $1.grant, $1.password, by: $0).reply()
            },
            .waiting(UnlockAccount.self) { try house.recovery.unlock($1.account, $1.grant, by: $0).reply() },
            .blocking(CancelRecovery.self) {
                try house.recovery.cancel($1.handle, by: $0)
                return Empty()
            },
            .waiting(TraceRecovery.self) {
                try house.recovery.trace($1.handle, $1.choice, via: $1.channel, known: $1.known, by: $0)
                    .reply { .init($0) }
            },
            .blocking(UndoPassword.self) { .init(isRestored: try house.undo.undo($1.account, $1.code, by: $0)) },

            .blocking(PairDevice.self) {
                try house.devices.pair(
                    $1.enrolment, $1.key, wakeAddress: $1.wakeAddress, proof: $1.proof, signature: $1.signature, by: $0)
                return Empty()
            },
            .waiting(ListApprovals.self) {
                try house.devices.approvals($1.device, at: $1.at, signature: $1.signature).reply {
                    .init(questions: $0)
                }
            },
            .blocking(AnswerApproval.self) {
                try house.devices.answer(
                    $1.device, $1.question, $1.decision, number: $1.number, signature: $1.signature, by: $0)
                return Empty()
            },

            .blocking(AddAccount.self) { .init(id: try house.accounts.add($1, by: $0)) },
            .blocking(ListAccounts.self) { .init(try house.accounts.list(after: $1.after, limit: Limits.pageItems)) },
            .blocking(ShowAccount.self) { .init(try house.accounts.show($1.account, by: $0)) },
            .blocking(EnableAccount.self) {
                try house.accounts.setEnabled($1.account, $1.isEnabled, by: $0)
                return Empty()
            },
            .blocking(IssuePass.self) {
                let issued = try house.helpDesk.issuePass(
                    $1.account, minutes: $1.minutes, isVouchedFor: $1.isVouchedFor ?? false, by: $0)
                return .init(pass: issued.pass, expiresAt: issued.expiresAt)
            },
            .blocking(SetAccountLanguage.self) {
                try house.accounts.setLanguage($1.account, $1.language, by: $0)
                return Empty()
            },
            .blocking(RemindAccount.self) { .init(messages: try house.reminders.remind($1.account, by: $0)) },
            .blocking(AddQuestion.self) { .init(number: try house.questions.add($1.texts, by: $0)) },
            .blocking(ListQuestions.self) { .init(try house.questions.list(after: $1.after)) },
            .blocking(RetireQuestion.self) {
                try house.questions.retire($1.number, by: $0)
                return Empty()
            },
            .blocking(RemoveAccount.self) {
                try house.accounts.remove($1.account, by: $0)
                return Empty()
            },

            .blocking(AddGroup.self) {
                try house.groups.add($1.group, by: $0)
                return Empty()
            },
            .blocking(RemoveGroup.self) {
                try house.groups.remove($1.group, by: $0)
                return Empty()
            },
            .blocking(ListGroups.self) { .init(try house.groups.list(after: $1.after, limit: Limits.pageItems)) },
            .blocking(AddMembers.self) {
                try house.groups.join($1.group, try $1.accounts.page(), by: $0)
                return Empty()
            },
            .blocking(RemoveMembers.self) {
                try house.groups.leave($1.group, try $1.accounts.page(), by: $0)
                return Empty()
            },
            .blocking(ListMembers.self) {
                .init(try house.groups.members(of: $1.group, after: $1.after, limit: Limits.pageItems))
            },
            .blocking(AddLicence.self) {
                try house.licences.add($1.plan, seats: $1.seats, by: $0)
                return Empty()
            },
            .blocking(AssignLicence.self) {
                try house.licences.assign($1.plan, to: .init($1.account, $1.group), by: $0)
                return Empty()
            },
            .blocking(UnassignLicence.self) {
                try house.licences.unassign($1.plan, from: .init($1.account, $1.group), by: $0)
                return Empty()
            },
            .blocking(ListLicences.self) { .init(try house.licences.list(after: $1.after, limit: Limits.pageItems)) },
            .blocking(ImportAccounts.self) {
                .init(
                    try house.accounts.bring(
                        try $1.rows.page(of: Limits.importRows).map(Accounts.Incoming.init), $1.mode, by: $0))
            },
            .blocking(ExplainAccount.self) {
                .init(
                    try house.accounts.explain(
                        $1.account, at: $1.at, under: try $1.document.map { try read($0.text) }))
            },
            .blocking(ShowPolicy.self) { .init(try house.policies.show($1.version)) },
            .blocking(PlanPolicy.self) {
                .init(try house.policies.plan(try read($1.document.text), at: $1.effectiveAt))
            },
            .blocking(SimulatePolicy.self) {
                .init(try house.policies.simulate(try read($1.document.text), since: $1.since))
            },
            .blocking(ApplyPolicy.self) {
                .init(try house.policies.apply(try read($1.document.text), .init($1), by: $0))
            },
            .blocking(ListPolicies.self) {
                .init(try house.policies.history(before: $1.before, limit: Limits.pageItems))
            },
            .blocking(RollBackPolicy.self) {
                .init(try house.policies.rollBack(to: $1.version, .init($1), by: $0))
            },
            .blocking(ReportRegistration.self) { .init(try house.reports.registration(after: $1.after)) },
            .blocking(ReportActivity.self) {
                .init(try house.reports.activity(from: $1.from, to: $1.to, by: $1.bucket, after: $1.after))
            },
            .blocking(ReportDeliveries.self) {
                .init(try house.reports.deliveries(from: $1.from, to: $1.to, after: $1.after))
            },
            .blocking(ReportBlocked.self) { .init(try house.reports.blocked(after: $1.after)) },
            .blocking(VerifyCaller.self) { .init(try house.helpDesk.verify($1.account, by: $0)) },
            .blocking(UnblockAccount.self) {
                try house.accounts.unblock($1.account, by: $0)
                return Empty()
            },
            .blocking(ReloadConfiguration.self) { caller, _ in .init(changes: try reload(caller)) },
            .blocking(ExplainPolicy.self) { .init(try house.policies.explain($1.account)) },
            .blocking(CancelPolicy.self) {
                try house.policies.cancel($1.version, by: $0)
                return Empty()
            },
            .blocking(ReadAudit.self) { .init(try house.trail.read(after: $1.after, .init($1))) },
            .waiting(FollowAudit.self) { try house.trail.follow(after: $1.after, .init($1)).reply { .init($0) } },
            .blocking(VerifyAudit.self) { .init(try house.trail.verify(known: .init($1)), known: $1) },

            .waiting(ClaimDelivery.self) {
                try house.deliveries.claim($1.channels ?? DeliveryChannel.allCases, by: $0)
                    .reply { .init(job: $0.map(DeliveryJob.init)) }
            },
            .blocking(ReportDelivery.self) {
                try house.deliveries.report($1.id, lease: $1.lease, $1.outcome, because: $1.reason, by: $0)
                return Empty()
            },
            .waiting(ClaimWriteback.self) {
                try house.desk.claim($1.target).reply { .init(job: $0.map(WritebackJob.init)) }
            },
            .inline(ReportWriteback.self) {
                try house.desk.report($1.id, try WritebackReport($1))
                return Empty()
            },
            .blocking(ListDeliveries.self) {
                .init(try house.traces.list(after: $1.after, .init($1), limit: Limits.pageItems))
            },
        ])
    }
}
