import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `accounts explain NAME`.
struct AccountsExplain: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Tell rule by rule why an account can or cannot recover, and what to do.")

    @Argument(help: "The account.", transform: { try AccountName($0) })
    var account: AccountName

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let reply = try console.call(
            ExplainAccount.self, .init(account: account), doing: "explain \(account)", in: .administration)
        if console.options.isJSON { return try console.print(try JSONBridge.json(of: reply)) }
        let rules = EligibilityRule.allCases.map { rule in
            (rule.rawValue, reply.unmet.contains(rule) ? "no. \(next(rule, reply))" : yes(rule, reply))
        }
        let groups = reply.groups.isEmpty ? "none" : reply.groups.map(\.text).joined(separator: ", ")
        try Card([("account", account.text), ("groups", groups)] + rules).print(on: console)
        console.say(
            reply.unmet.isEmpty ? "\(account) can recover now." : "\(account) cannot recover now.",
            reply.unmet.isEmpty ? .ok : .error)
    }

    private func yes(_ rule: EligibilityRule, _ reply: ExplainAccount.Reply) -> String {
        guard rule == .registered, let until = reply.graceUntil else { return "yes" }
        return "yes, until \(Moment.text(until)) by the rules before. Next: its owner runs ssprclient register"
    }

    private func next(_ rule: EligibilityRule, _ reply: ExplainAccount.Reply) -> String {
        switch rule {
        case .enabled: "Next: ssprclient accounts enable \(account)"
        case .licensed: "Next: ssprclient licences assign PLAN --account \(account)"
        case .selected:
            "Next: ssprclient groups join GROUP \(account), or enablement in ssprd's configuration; for an administrator the policy's administrators"
        case .registered:
            "\(reply.missing) more of other classes. Next: its owner runs ssprclient register"
        case .notBlocked:
            "Blocked for \(reply.blockedUntil.map { Moment.words(until: $0) } ?? "a while"), or until it recovers"
        }
    }
}
