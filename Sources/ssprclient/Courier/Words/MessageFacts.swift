import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// What is known when a message is written, in the words of a language (feature F8: the daemon sends facts only).
struct MessageFacts {
    /// An account's name may have 64 characters, nearly half of a text message; people know their own by its beginning.
    static let shortAccount = 32

    let kind: MessageKind
    /// Nil for what wakes a device, which names nobody.
    let account: AccountName?
    let sender: SenderSettings
    let happenedAt: CalendarTime
    let expiresAt: CalendarTime
    let code: OneTimeCode?
    let resets: ResetSummary?
    let language: Language

    /// The facts of a job; throws when its code is missing.
    init(_ job: DeliveryJob, sender: SenderSettings) throws(MessageError) {
        guard !job.kind.carriesCode || job.code != nil else {
            throw MessageError(description: "a code message without a code")
        }
        guard (job.kind == .administratorResets) == (job.resets != nil) else {
            throw MessageError(description: "a digest without figures, or figures that are none of it")
        }
        guard !job.kind.namesAccount || job.account != nil else {
            throw MessageError(description: "a message about nobody")
        }
        self.init(
            kind: job.kind, account: job.kind.namesAccount ? job.account : nil, sender: sender,
            happenedAt: CalendarTime(job.happenedAt), expiresAt: CalendarTime(job.codeExpiresAt ?? job.expiresAt),
            code: Self.code(of: job), resets: job.resets, language: .nearest(to: [job.language, sender.language]))
    }

    init(
        kind: MessageKind, account: AccountName?, sender: SenderSettings, happenedAt: CalendarTime,
        expiresAt: CalendarTime,
        code: OneTimeCode?, resets: ResetSummary? = nil, language: Language
    ) {
        self.kind = kind
        self.account = account
        self.sender = sender
        self.happenedAt = happenedAt
        self.expiresAt = expiresAt
        self.code = code
        self.resets = resets
        self.language = language
    }

    /// The code that the message shows; only a letter has room for the one that takes a password back.
    private static func code(of job: DeliveryJob) -> OneTimeCode? {
        job.kind.carriesCode || (job.kind.mayCarryUndoCode && job.channel == .email) ? job.code : nil
    }

    /// A phrase without its code.
    func text(_ phrase: Phrase) -> String { phrase.filled(text) }

    /// A whole phrase at the end of `bytes`, which must be wiped.
    func append(_ phrase: Phrase, to bytes: inout [UInt8]) {
        for piece in phrase.pieces {
            switch piece {
            case .literal(let text): bytes += Array(text.utf8)
            case .place(.code): if let code { bytes.append(code.secret) }
            case .place(.codeApart): appendSpokenCode(to: &bytes)
            case .place(let place): bytes += Array(text(place).utf8)
            }
        }
    }

    private func text(_ fact: Fact) -> String {
        switch fact {
        case .account: account?.text ?? ""
        case .accountInShort: shortened(account?.text ?? "")
        case .instance: sender.instance
        case .instanceInShort: sender.shortName
        case .happened: written(happenedAt, language.dates.long)
        case .happenedInShort: written(happenedAt, language.dates.short)
        case .expires: written(expiresAt, language.dates.long)
        case .expiresInShort: written(expiresAt, language.dates.clock)
        case .resets: "\(resets?.count ?? 0)"
        case .resetAccounts: resetAccounts
        case .code, .codeApart: ""
        }
    }

    /// Names with commas, and points where there are more than are named.
    private var resetAccounts: String {
        let names = resets?.accounts.map(\.text) ?? []
        return names.joined(separator: ", ") + (resets?.unnamed == nil ? "" : ", ...")
    }

    private func shortened(_ name: String) -> String {
        name.utf8.count <= Self.shortAccount ? name : "\(name.prefix(Self.shortAccount - 2)).."
    }

    private func written(_ moment: CalendarTime, _ form: DateForm) -> String {
        moment.text(form, months: language.months)
    }

    /// The code's digits as they are spoken, at the end of `bytes`, which must be wiped.
    private func appendSpokenCode(to bytes: inout [UInt8]) {
        guard let code else { return }
        let between = Array(language.betweenDigits.utf8)
        // The digits are copied while they are lent.
        unsafe code.secret.withBytes { digits in
            for unsafe(index, digit) in unsafe digits.enumerated() {
                if index > 0 { bytes += between }
                bytes += Array(language.digits[Int(digit - UInt8(ascii: "0"))].utf8)
            }
        }
    }
}

/// A message that must not be sent as it is.
struct MessageError: Error, CustomStringConvertible {
    let description: String
}
