import SSPRProtocol
import SSPRVocabulary

/// Everything that a language says: another language is another value of this type.
struct Language: Sendable {
    /// The language's tag (RFC 5646).
    let tag: String
    /// Short names of the months, January first.
    let months: [String]
    /// What stands between the digits of a code that is spoken.
    let betweenDigits: String
    /// Letters.
    let mail: PerKind<MailWords>
    /// One line of at most 160 characters of GSM 7 bit, in English without the names at most 88 (`TextMessage` checks it at start).
    let text: PerKind<Phrase>
    /// What is spoken in a call.
    ///
    /// Anybody may answer it, so no account is named.
    let spoken: PerKind<Phrase>
}

/// What a letter says: a subject, the paragraphs before the code and those after it.
struct MailWords: Sendable {
    let subject: Phrase
    let opening: [Phrase]
    let closing: [Phrase]
}

/// One thing for every kind of message; the compiler misses the one that is forgotten.
struct PerKind<Words: Sendable>: Sendable {
    let confirmationCode: Words
    let recoveryCode: Words
    let passwordReset: Words
    let passwordChanged: Words
    let accountUnlocked: Words
    let methodAdded: Words
    let methodRemoved: Words
    let methodDisabled: Words
    let recoveryBlocked: Words
    let recoveryDenied: Words
    let administratorReset: Words
    let temporaryPassIssued: Words
    let recoveryCodesLow: Words
    let resetUncertain: Words
    let unlockUncertain: Words

    subscript(_ kind: MessageKind) -> Words {
        switch kind {
        case .confirmationCode: confirmationCode
        case .recoveryCode: recoveryCode
        case .passwordReset: passwordReset
        case .passwordChanged: passwordChanged
        case .accountUnlocked: accountUnlocked
        case .methodAdded: methodAdded
        case .methodRemoved: methodRemoved
        case .methodDisabled: methodDisabled
        case .recoveryBlocked: recoveryBlocked
        case .recoveryDenied: recoveryDenied
        case .administratorReset: administratorReset
        case .temporaryPassIssued: temporaryPassIssued
        case .recoveryCodesLow: recoveryCodesLow
        case .resetUncertain: resetUncertain
        case .unlockUncertain: unlockUncertain
        }
    }
}
