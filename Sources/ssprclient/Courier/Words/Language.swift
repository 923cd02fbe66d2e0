import SSPRProtocol
import SSPRVocabulary

/// Everything that a language says: another language is another value of this type.
struct Language: Sendable {
    /// Which language it is.
    let tag: LanguageTag
    /// Names of the months, January first.
    let months: [String]
    /// How moments are written.
    let dates: DateForms
    /// How the digits of a code are spoken, zero first.
    let digits: [String]
    /// What stands between them.
    let betweenDigits: String
    /// Letters.
    let mail: PerKind<MailWords>
    /// One line of at most 160 characters of GSM 7 bit, without the names at most 88 (`TextMessage` checks it at start).
    let text: PerKind<Phrase>
    /// What is spoken in a call.
    ///
    /// Anybody may answer it, so no account is named.
    let spoken: PerKind<Phrase>
}

extension Language {
    /// Every language that there is.
    static let all = [english, german]

    /// The first of these languages that there is, or a broader form of it; else English.
    static func nearest(to wanted: [LanguageTag?]) -> Language {
        LanguageTag.firstSpoken(wanted) { tag in all.first { $0.tag == tag } } ?? english
    }

    /// Accepts a language that there is, or a region's form of one; throws `MessageError` with what is accepted.
    static func accepted(_ text: String) throws -> LanguageTag {
        let tag = try? LanguageTag(text)
        guard let tag, LanguageTag.firstSpoken([tag], { tag in all.first { $0.tag == tag } }) != nil else {
            let tags = all.map(\.tag.text).joined(separator: ", ")
            throw MessageError(description: "one of \(tags), or a tag that begins with one, such as de-AT")
        }
        return tag
    }
}

/// How a language writes moments; all are in UTC, and say so.
struct DateForms: Sendable {
    /// Day, month, year, hour and minute.
    let long: DateForm
    /// Day, month, hour and minute, where little room is.
    let short: DateForm
    /// Hour and minute.
    let clock: DateForm
}

/// What a letter says: a subject, the paragraphs before the code and those after it.
struct MailWords: Sendable {
    let subject: Phrase
    let opening: [Phrase]
    /// What leads to a code that not every message of the kind carries.
    var beforeCode: [Phrase] = []
    let closing: [Phrase]
}

/// One thing for every kind of message; the compiler misses the one that is forgotten.
struct PerKind<Words: Sendable>: Sendable {
    let confirmationCode: Words
    let recoveryCode: Words
    let helpDeskCode: Words
    let passwordReset: Words
    let passwordChanged: Words
    let passwordUndone: Words
    let takeoverReported: Words
    let accountUnlocked: Words
    let methodAdded: Words
    let methodRemoved: Words
    let methodDisabled: Words
    let recoveryBlocked: Words
    let recoveryDenied: Words
    let administratorReset: Words
    let administratorResets: Words
    let policyChanged: Words
    let temporaryPassIssued: Words
    let recoveryCodesLow: Words
    let resetUncertain: Words
    let unlockUncertain: Words
    let reminder: Words
    let approvalWaiting: Words

    subscript(_ kind: MessageKind) -> Words {
        switch kind {
        case .confirmationCode: confirmationCode
        case .recoveryCode: recoveryCode
        case .helpDeskCode: helpDeskCode
        case .passwordReset: passwordReset
        case .passwordChanged: passwordChanged
        case .passwordUndone: passwordUndone
        case .takeoverReported: takeoverReported
        case .accountUnlocked: accountUnlocked
        case .methodAdded: methodAdded
        case .methodRemoved: methodRemoved
        case .methodDisabled: methodDisabled
        case .recoveryBlocked: recoveryBlocked
        case .recoveryDenied: recoveryDenied
        case .administratorReset: administratorReset
        case .administratorResets: administratorResets
        case .policyChanged: policyChanged
        case .temporaryPassIssued: temporaryPassIssued
        case .recoveryCodesLow: recoveryCodesLow
        case .resetUncertain: resetUncertain
        case .unlockUncertain: unlockUncertain
        case .reminder: reminder
        case .approvalWaiting: approvalWaiting
        }
    }
}
