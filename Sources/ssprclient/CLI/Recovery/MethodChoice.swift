import SSPRProtocol
import SSPRVocabulary

/// Lets a person or a program choose one of the offered methods.
struct MethodChoice {
    let console: Console
    let answers: any AnswerSource

    /// The method of the preferred kind, the only one, or the one that is asked for.
    func choose(among offered: [OfferedMethod], preferring kind: MethodKind?) throws(CommandFailure) -> OfferedMethod {
        if let kind {
            if let method = offered.first(where: { $0.kind == kind }) { return method }
            throw CommandFailure(
                .badData, "\(kind.rawValue) is not offered for this proof",
                why: "Offered: \(offered.map(\.kind.rawValue).joined(separator: ", ")).",
                next: "choose another --method")
        }
        if offered.count == 1, let only = offered.first { return only }
        console.list(offered.map { ($0.kind.rawValue, $0.hint ?? Self.words($0.kind)) })
        while true {
            let text = try answers.line("Which one [1]?").filter { !$0.isWhitespace }
            if let method = Self.method(text, in: offered) { return method }
            guard answers.isPerson else {
                throw CommandFailure(
                    .badData, "that method is not offered",
                    why: "An answer was expected to be a method's kind or number.",
                    next: "ssprclient help output")
            }
            console.insist("Please type a number from 1 to \(offered.count).", .warning)
        }
    }

    private static func method(_ text: String, in offered: [OfferedMethod]) -> OfferedMethod? {
        if text.isEmpty { return offered.first }
        if let number = Int(text) { return offered.indices.contains(number - 1) ? offered[number - 1] : nil }
        return offered.first { $0.kind.rawValue == text }
    }

    /// What a kind means to a person.
    static func words(_ kind: MethodKind) -> String {
        switch kind {
        case .email: "a code by mail"
        case .totp: "a code from your authenticator app"
        case .push: "a question to your device"
        case .mobilePhone: "a code by text message or in a call"
        case .officePhone: "a code in a call to your office phone"
        case .recoveryCodes: "one of the codes that you wrote down"
        case .temporaryPass: "a pass from your help desk"
        case .questions: "your security questions"
        }
    }
}
