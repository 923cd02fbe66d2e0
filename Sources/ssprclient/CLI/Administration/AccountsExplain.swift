import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `accounts explain NAME`.
struct AccountsExplain: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Tell rule by rule why an account can or cannot recover, and what to do.",
        discussion: "A later moment is told as if nothing but time changed until then; a moment that is past as it was."
    )

    @Argument(help: "The account.", transform: { try AccountName($0) })
    var account: AccountName

    @Option(
        name: .customLong("at"),
        help: "When: 2026-03-01T09:30:00Z or a date, up to a year ahead or back. (default: now)",
        transform: { try ReportMoment.read($0) })
    var moment: Timestamp?

    @Option(
        name: .customLong("policy"),
        help: "A policy document in the place of what is in force then, YAML or JSON; \"-\" for the standard input.")
    var document: String?

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let source = try document.map { try PolicySource(file: $0) }
        let reply = try console.call(
            ExplainAccount.self, .init(account: account, at: moment, document: source), doing: "explain \(account)",
            in: .administration)
        if console.options.isJSON { return try console.print(try JSONBridge.json(of: reply)) }
        let rules = EligibilityRule.allCases.map { rule in
            (rule.rawValue, reply.unmet.contains(rule) ? no(rule, reply) : yes(rule, reply))
        }
        let groups = reply.groups.isEmpty ? "none" : reply.groups.map(\.text).joined(separator: ", ")
        try Card([("account", account.text), ("groups", groups)] + rules).print(on: console)
        console.say(verdict(reply.unmet.isEmpty), reply.unmet.isEmpty ? .ok : .error)
    }

    /// What was so then cannot be helped: then no step follows.
    private var isPast: Bool { moment.map { $0 < Moment.now } ?? false }

    private func verdict(_ mayRecover: Bool) -> String {
        let when = moment.map { "on \(Moment.text($0))" } ?? "now"
        guard document == nil, moment == nil else {
            let under = document == nil ? "" : " under that policy"
            return "\(account) \(mayRecover ? "could" : "could not") recover \(when)\(under)."
        }
        return "\(account) \(mayRecover ? "can" : "cannot") recover now."
    }

    private func yes(_ rule: EligibilityRule, _ reply: ExplainAccount.Reply) -> String {
        guard rule == .registered, let until = reply.graceUntil else { return "yes" }
        let words = "yes, until \(Moment.text(until)) by the rules before"
        return isPast ? words : "\(words). Next: its owner runs ssprclient register"
    }

    private func no(_ rule: EligibilityRule, _ reply: ExplainAccount.Reply) -> String {
        let step = isPast ? nil : next(rule).map { "Next: \($0)" }
        return ["no", fact(rule, reply), step].compactMap { $0 }.joined(separator: ". ")
    }

    private func fact(_ rule: EligibilityRule, _ reply: ExplainAccount.Reply) -> String? {
        switch rule {
        case .enabled, .licensed, .selected: return nil
        case .registered: return "\(reply.missing) more of other classes"
        case .notBlocked:
            guard let until = reply.blockedUntil else { return "Blocked for a while" }
            return isPast
                ? "Blocked until \(Moment.text(until))"
                : "Blocked for \(Moment.words(until: until)), or until it recovers"
        }
    }

    private func next(_ rule: EligibilityRule) -> String? {
        switch rule {
        case .enabled: "ssprclient accounts enable \(account)"
        case .licensed: "ssprclient licences assign PLAN --account \(account)"
        case .selected:
            "ssprclient groups join GROUP \(account), or enablement in ssprd's configuration; for an administrator the policy's administrators"
        case .registered: "its owner runs ssprclient register"
        case .notBlocked: nil
        }
    }
}
