/// Every call that there is, in number order: the list from which table, specification and tools are made.
public enum CallCatalog {
    /// All calls.
    public static let calls: [any Call.Type] = [
        Hello.self, Ping.self,
        Authenticate.self, CheckAccount.self, ChangePassword.self, CheckPassword.self,
        DescribeRegistration.self, ProveRegistration.self, BeginEnrolment.self, ConfirmEnrolment.self,
        RegisterAnswers.self, RemoveMethod.self, TraceEnrolment.self, ReviewContacts.self,
        BeginRecovery.self, SendChallenge.self, AnswerChallenge.self, ResetPassword.self, UnlockAccount.self,
        CancelRecovery.self, TraceRecovery.self, UndoPassword.self,
        PairDevice.self, ListApprovals.self, AnswerApproval.self,
        AddAccount.self, ListAccounts.self, ShowAccount.self, EnableAccount.self, IssuePass.self,
        SetAccountLanguage.self, RemindAccount.self,
        AddQuestion.self, ListQuestions.self, RetireQuestion.self, RemoveAccount.self,
        AddGroup.self, RemoveGroup.self, ListGroups.self, AddMembers.self, RemoveMembers.self, ListMembers.self,
        AddLicence.self, AssignLicence.self, UnassignLicence.self, ListLicences.self, ImportAccounts.self,
        ExplainAccount.self, ReportRegistration.self, ReportActivity.self, ReportDeliveries.self, ReportBlocked.self,
        ShowPolicy.self, PlanPolicy.self, ApplyPolicy.self, ListPolicies.self, RollBackPolicy.self, VerifyCaller.self,
        UnblockAccount.self, ReloadConfiguration.self,
        ExplainPolicy.self, CancelPolicy.self, SimulatePolicy.self,
        ReadAudit.self, FollowAudit.self, VerifyAudit.self,
        ClaimDelivery.self, ReportDelivery.self, ClaimWriteback.self, ReportWriteback.self,
        ListDeliveries.self,
    ]

    /// What the specification says of each call.
    public static let descriptions: [CallDescription] = calls.map { CallDescription($0) }
}
