import SSPRProtocol
import SSPRVocabulary
import StrictCBOR

extension Failure {
    /// Reads the body of a failure frame; nil when it is none, or of a kind that this release does not know.
    ///
    /// Without `Codable`, so that a login that is refused costs no more than one that is not (decision 0007). Unknown entries are ignored.
    init?(decoding bytes: [UInt8]) {
        guard let item = try? CBORItem(decoding: bytes), case .map(let entries) = item else { return nil }
        func number(_ key: CodingKeys) -> UInt64? {
            if case .unsigned(let number)? = entries[UInt64(key.rawValue)] { number } else { nil }
        }
        func small(_ key: CodingKeys) -> UInt32? { number(key).flatMap { UInt32(exactly: $0) } }
        func text(_ key: CodingKeys) -> String? {
            if case .text(let text)? = entries[UInt64(key.rawValue)] { text } else { nil }
        }
        func terms(_ key: CodingKeys) -> [BannedTerm]? {
            guard case .array(let items)? = entries[UInt64(key.rawValue)] else { return nil }
            return items.compactMap { if case .text(let text) = $0 { try? BannedTerm(text) } else { nil } }
        }
        guard let code = number(.code).flatMap({ UInt16(exactly: $0) }).flatMap(FailureCode.init) else { return nil }
        self.init(
            code, retryAfter: number(.retryAfter), rule: text(.rule).flatMap(PasswordRule.init),
            refusal: text(.refusal).flatMap(WritebackRefusal.init), text: text(.text),
            question: text(.question).flatMap(QuestionRule.init),
            points: small(.points), found: terms(.found), version: small(.version), losing: small(.losing),
            capable: small(.capable))
    }
}
