public import SSPRVocabulary

/// One field of the policy: its name, what may stand there, what it is for, and where its value lives.
///
/// `PolicyField.all` is the one place that says any of this: the configuration file, policy documents, what a change changes, and the
/// page for administrators are made from it.
public struct PolicyField: Sendable {
    /// What may stand in a field.
    public enum Kind: Sendable, Equatable {
        /// True or false.
        case flag
        /// A whole number of a range, of this unit.
        case number(ClosedRange<Int>, unit: String)
        /// A language that the release speaks.
        case language
    }

    /// Which of two values protects more.
    ///
    /// Where several policies concern somebody, the strictest value holds.
    enum Strictness: Sendable, Equatable {
        /// The greater number; true rather than false.
        case greater
        /// The lesser number; false rather than true.
        case lesser
        /// The lesser number, but 0, which stands for never, is the least strict of all.
        case lesserButNotNever
        /// Neither.
        case neither
    }

    /// The name, as documents and the configuration file spell it.
    public let name: String
    /// What may stand there.
    public let kind: Kind
    /// What it is for, in a sentence.
    public let summary: String
    /// Which of two values protects more.
    let strictness: Strictness
    /// True where a change can make accounts able to recover, or unable.
    let decidesWhoRecovers: Bool
    /// True where a group may have a stricter value of its own (decision 29); false for what holds for the whole house.
    public private(set) var isForGroups = false
    /// The field's value in a policy.
    public let read: @Sendable (Policy) -> PolicyValue
    private let store: @Sendable (inout Policy, PolicyValue) -> Void

    init(
        _ name: String, _ kind: Kind, _ strictness: Strictness, decidesWhoRecovers: Bool = false, _ summary: String,
        read: @escaping @Sendable (Policy) -> PolicyValue,
        store: @escaping @Sendable (inout Policy, PolicyValue) -> Void
    ) {
        self.name = name
        self.kind = kind
        self.strictness = strictness
        self.decidesWhoRecovers = decidesWhoRecovers
        self.summary = summary
        self.read = read
        self.store = store
    }

    /// The same field, which the sections of groups may name as well.
    var alsoForGroups: PolicyField {
        var field = self
        field.isForGroups = true
        return field
    }

    /// Why a group has no value of its own.
    public static let isOfTheHouse = "it holds for the whole house"

    /// Writes a value into a policy; false, and nothing is written, where it may not stand here.
    public func write(_ policy: inout Policy, _ value: PolicyValue) -> Bool {
        guard accepts(value) else { return false }
        store(&policy, value)
        return true
    }

    /// True when the value may stand here.
    public func accepts(_ value: PolicyValue) -> Bool {
        switch (kind, value) {
        case (.flag, .flag): true
        case (.number(let range, _), .number(let number)): range.contains(number)
        case (.language, .word(let word)): (try? LanguageTag(word)).map(Self.isSpoken) ?? false
        default: false
        }
    }

    /// What may stand here, for people.
    public var allowed: String {
        switch kind {
        case .flag: "true or false"
        case .number(let range, _): "\(range.lowerBound) to \(range.upperBound)"
        case .language:
            "one of " + QuestionCatalog.languages.map(\.text).joined(separator: ", ")
                + ", or a tag that begins with one, such as de-AT"
        }
    }

    /// True for a language that the release speaks and for a region's form of one.
    public static func isSpoken(_ tag: LanguageTag) -> Bool {
        LanguageTag.firstSpoken([tag]) { QuestionCatalog.languages.contains($0) ? $0 : nil } != nil
    }

    /// The one of two values that protects more; the first where neither does.
    func stricter(_ left: PolicyValue, _ right: PolicyValue) -> PolicyValue {
        guard let first = weight(left), let second = weight(right) else { return left }
        return second > first ? right : left
    }

    private func weight(_ value: PolicyValue) -> Int? {
        let number: Int
        switch value {
        case .flag(let isSo): number = isSo ? 1 : 0
        case .number(let count): number = count
        case .word: return nil
        }
        switch strictness {
        case .greater: return number
        case .lesser: return -number
        case .lesserButNotNever: return number == 0 ? .min : -number
        case .neither: return nil
        }
    }
}

extension PolicyField {
    /// The field of a name, if there is one.
    public static func named(_ name: String) -> PolicyField? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// A field that is true or false.
    static func flag(
        _ name: String, _ path: any WritableKeyPath<Policy, Bool> & Sendable, _ strictness: Strictness,
        decidesWhoRecovers: Bool = false, _ summary: String
    ) -> PolicyField {
        PolicyField(name, .flag, strictness, decidesWhoRecovers: decidesWhoRecovers, summary) {
            .flag($0[keyPath: path])
        } store: { policy, value in
            if case .flag(let isSo) = value { policy[keyPath: path] = isSo }
        }
    }

    /// A field that is a number.
    static func number<Number: BinaryInteger & Sendable>(
        _ name: String, _ range: ClosedRange<Int>, _ unit: String,
        _ path: any WritableKeyPath<Policy, Number> & Sendable,
        _ strictness: Strictness, decidesWhoRecovers: Bool = false, _ summary: String
    ) -> PolicyField {
        PolicyField(name, .number(range, unit: unit), strictness, decidesWhoRecovers: decidesWhoRecovers, summary) {
            .number(Int(clamping: $0[keyPath: path]))
        } store: { policy, value in
            if case .number(let number) = value { policy[keyPath: path] = Number(clamping: number) }
        }
    }

    /// A field that is a number of hours.
    static func hours(
        _ name: String, _ range: ClosedRange<Int>, _ path: any WritableKeyPath<Policy, Timestamp.Span> & Sendable,
        _ strictness: Strictness, _ summary: String
    ) -> PolicyField {
        PolicyField(name, .number(range, unit: "hours"), strictness, summary) {
            .number(Int(clamping: $0[keyPath: path].milliseconds / Timestamp.Span.hours(1).milliseconds))
        } store: { policy, value in
            if case .number(let hours) = value { policy[keyPath: path] = .hours(Int64(hours)) }
        }
    }
}
