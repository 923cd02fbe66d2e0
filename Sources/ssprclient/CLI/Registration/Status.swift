import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `ssprclient status`: what is registered, what is missing, what is locked.
struct Status: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what is registered, what is missing and what is locked.")

    @OptionGroup var account: AccountArgument
    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let account = try account.resolved(on: console)
        let reply = try console.call(
            DescribeRegistration.self, .init(account: account), doing: "read the status of \(account)",
            in: .registration)
        if console.options.isJSON { return try console.print(try JSONBridge.json(of: reply)) }
        var entries: [(label: String, value: String)] = [("Account", account.text)]
        for method in reply.methods { entries.append(("Method \(method.id)", Self.words(method))) }
        entries.append(
            (
                "Missing",
                reply.missing == 0
                    ? "nothing" : "\(reply.missing) more, of \(reply.missing == 1 ? "another kind" : "different kinds")"
            ))
        entries.append(("May be added", reply.available.map(\.rawValue).joined(separator: ", ")))
        entries.append(("Sign-in", Self.words(lockedUntil: reply.signInLockedUntil)))
        entries.append(("Recovery", Self.words(lockedUntil: reply.recoveryBlockedUntil)))
        if let moment = reply.reviewDueAt, reply.isReviewDue != true {
            entries.append(("Look again", "from \(Moment.text(moment)) on"))
        }
        try Card(entries).print(on: console)
        if reply.isReviewDue == true {
            console.say("Are these addresses and numbers still right? Say so: ssprclient register", .warning)
        }
        let steps = WizardSteps(reply)
        if !steps.isEnough { console.say("Next: ssprclient register") }
        if steps.isEnough, !steps.isFinished {
            console.say("Advised: one more, in case one gets lost: ssprclient register")
        }
    }

    private static func words(_ method: RegisteredMethod) -> String {
        var words = method.kind.rawValue
        if let hint = method.hint { words += " \(hint)" }
        words += ", since \(Moment.text(method.confirmedAt))"
        if method.usableFrom > Moment.now { words += ", usable in \(Moment.words(until: method.usableFrom))" }
        if method.isDisabled { words += ", disabled after too many failures" }
        if method.isPrefilled == true { words += ", filled in by an administrator" }
        return words
    }

    private static func words(lockedUntil moment: Timestamp?) -> String {
        guard let moment, moment > Moment.now else { return "not locked" }
        return "locked for \(Moment.words(until: moment))"
    }
}
