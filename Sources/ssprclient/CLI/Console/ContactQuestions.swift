import SSPRProtocol
import SSPRVocabulary

/// Asks for an address or a number, and how a code shall travel.
struct ContactQuestions {
    let console: Console
    let answers: any AnswerSource

    /// An address or a number that a method of the kind may be at; with a hint, the whole of what the hint shows a part of.
    func contact(_ kind: MethodKind, hint: String? = nil) throws(CommandFailure) -> Contact {
        let (question, form) =
            switch kind {
            case .email, .totp, .push, .questions, .recoveryCodes, .temporaryPass:
                ("Email address:", "An email address looks like name@example.org.")
            case .mobilePhone: ("Mobile phone number:", "A number looks like +493012345678, with its country's code.")
            case .officePhone:
                (
                    "Office phone number:",
                    "A number looks like +493012345678, or +493012345678;ext=42 with an extension."
                )
            }
        while true {
            let text = try answers.line(hint.map { "The whole number \($0):" } ?? question)
            // People write numbers in groups; what they mean is the digits.
            let filler: Set<Character> = kind == .email ? [] : ["-", "/", "(", ")", "."]
            let contact = try? Contact(text.filter { !$0.isWhitespace && !filler.contains($0) })
            if let contact, hint == nil ? kind.accepts(contact) : kind.acceptsTyped(contact) { return contact }
            guard answers.isPerson else {
                let what = kind == .email ? "that is no email address" : "that is no phone number"
                throw CommandFailure(.badData, what, why: form, next: nil)
            }
            console.insist(form, .warning)
        }
    }

    /// One of the channels; asks only where there is a choice.
    func channel(among channels: [DeliveryChannel]) throws(CommandFailure) -> DeliveryChannel? {
        guard channels.count > 1 else { return channels.first }
        let words = channels.map(Self.words)
        while true {
            let answer = try answers.line("By \(words.joined(separator: " or by ")) [\(words[0])]?").filter {
                !$0.isWhitespace
            }
            if answer.isEmpty { return channels.first }
            if let channel = channels.first(where: { Self.words($0) == answer || $0.rawValue == answer }) {
                return channel
            }
            guard answers.isPerson else {
                throw CommandFailure(
                    .badData, "that is no way to send a code", why: "One of: \(words.joined(separator: ", ")).",
                    next: "ssprclient help output")
            }
            console.insist("Please type \(words.joined(separator: " or ")).", .warning)
        }
    }

    /// What a channel is called by people.
    private static func words(_ channel: DeliveryChannel) -> String {
        switch channel {
        case .email: "mail"
        case .sms: "text"
        case .voice: "call"
        // No code is sent to a device.
        case .push: "push"
        }
    }
}
