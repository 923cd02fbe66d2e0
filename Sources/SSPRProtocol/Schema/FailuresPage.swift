import SSPRVocabulary

/// All failures for people.
enum FailuresPage {
    static var text: String {
        var page = "# Failures\n\nThe numbers that a failure frame may carry, \(SpecPages.origin). The set is closed; "
        page += "a number is never reused.\n\n| number | name | what it means |\n| --- | --- | --- |\n"
        for code in FailureCode.allCases { page += "| \(code.rawValue) | `\(code.name)` | \(code.summary) |\n" }
        page += "\nThe body of a failure frame:\n\n| key | name | when |\n| --- | --- | --- |\n"
        page += "| 1 | `code` | always: the number |\n"
        page += "| 2 | `retryAfter` | `busy`, `throttled`: milliseconds after which another try makes sense |\n"
        page += "| 3 | `rule` | `passwordRefused`: one of \(texts(PasswordRule.self)) |\n"
        page += "| 4 | `refusal` | `targetRefused`: one of \(texts(WritebackRefusal.self)) |\n"
        page +=
            "| 5 | `text` | `targetRefused`: the target's own words; `policyRefused`, `configurationRefused`: what is wrong in the document or file, and where |\n"
        page +=
            "| 6 | `points` | `passwordRefused`, rule `banned`: what it has of the \(BannedTerm.pointsNeeded) points that it needs |\n"
        page += "| 7 | `found` | `passwordRefused`, rule `banned`: the banned words in it, a list of texts |\n"
        page += "| 11 | `question` | `questionRefused`: one of \(texts(QuestionRule.self)) |\n"
        page += "| 21 | `version` | `policyMoved`: the newest version of the policy |\n"
        page += "| 22 | `losing` | `policyLoss`: how many accounts could not recover any more |\n"
        page += "| 23 | `capable` | `policyLoss`: of how many that can |\n"
        return page
    }

    private static func texts<Choice: WireChoice>(_: Choice.Type) -> String {
        Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    }
}
