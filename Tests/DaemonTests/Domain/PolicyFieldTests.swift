import SSPRVocabulary
import Testing

@testable import SSPRDomain

/// The table of the policy's fields (feature F6).
@Suite("Policy fields") struct PolicyFieldTests {
    /// What a field accepts: both ends of a range, both truths, every language.
    static func accepted(_ field: PolicyField) -> [PolicyValue] {
        switch field.kind {
        case .flag: [.flag(false), .flag(true)]
        case .number(let range, _): [.number(range.lowerBound), .number(range.upperBound)]
        case .language: QuestionCatalog.languages.map { .word($0.text) }
        }
    }

    @Test(arguments: PolicyField.all.map(\.name))
    func everyFieldIsReadAsItWasWritten(_ name: String) throws {
        let field = try #require(PolicyField.named(name))
        for value in Self.accepted(field) {
            var policy = Policy()
            #expect(field.write(&policy, value))
            #expect(field.read(policy) == value)
            // No other field has another value by it.
            for other in PolicyField.all where other.name != name {
                #expect(other.read(policy) == other.read(Policy()), "\(name) changes \(other.name)")
            }
        }
        #expect(field.accepts(field.read(Policy())), "the default must be allowed")
    }

    @Test(arguments: PolicyField.all.map(\.name))
    func whatIsOutOfRangeOrOfAnotherKindIsRefused(_ name: String) throws {
        let field = try #require(PolicyField.named(name))
        var wrong: [PolicyValue] = [.word(""), .word("xx"), .word("true")]
        switch field.kind {
        case .flag: wrong += [.number(0), .number(1)]
        case .number(let range, _):
            wrong += [.number(range.lowerBound - 1), .number(range.upperBound + 1), .number(.max), .number(.min)]
            wrong += [.flag(true)]
        case .language: wrong += [.flag(true), .number(1)]
        }
        for value in wrong {
            var policy = Policy()
            #expect(!field.write(&policy, value), "\(name) takes \(value.text)")
            #expect(policy == Policy())
            #expect(throws: PolicyFault(field: name, value: value.text, allowed: field.allowed)) {
                try Policy().applying(PolicyDocument([name: value]))
            }
        }
    }

    @Test func namesAreWordsAndNoneStandsTwice() throws {
        let names = PolicyField.all.map(\.name) + PolicyField.configurationOnly.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(try PolicyFieldName(name).text == name)
        }
        for wrong in ["", ".", "a.", "a..b", "a b", "ä", String(repeating: "a", count: 49)] {
            #expect(throws: WordError.self) { try PolicyFieldName(wrong) }
        }
    }

    @Test func theStricterOfTwoValuesWins() throws {
        func stricter(_ name: String, _ left: PolicyValue, _ right: PolicyValue) throws -> PolicyValue {
            let field = try #require(PolicyField.named(name))
            // In whatever order they come.
            let found = field.stricter(left, right)
            if field.strictness != .neither { #expect(field.stricter(right, left) == found) }
            return found
        }
        #expect(try stricter("recovery.proofs", .number(1), .number(2)) == .number(2))
        #expect(try stricter("phones", .flag(true), .flag(false)) == .flag(false))
        #expect(try stricter("recovery.confirmPhones", .flag(true), .flag(false)) == .flag(true))
        #expect(try stricter("registration.postponements", .number(3), .number(0)) == .number(0))
        #expect(try stricter("registration.reviewDays", .number(0), .number(730)) == .number(730))
        #expect(try stricter("registration.reviewDays", .number(30), .number(180)) == .number(30))
        #expect(try stricter("language", .word("de"), .word("en")) == .word("de"), "the first, where neither is")
    }

    /// A field that decides who can recover and does not say so would be changed without anybody being counted.
    @Test func onlyTheFieldsThatSaySoDecideWhoCanRecover() {
        let kinds = MethodKind.allCases
        let sets = (0..<(1 << kinds.count)).map { bits in kinds.indices.filter { bits >> $0 & 1 == 1 }.map { kinds[$0] }
        }
        func answers(_ policy: Policy) -> [UInt32] {
            AccountRole.allCases.flatMap { role in
                sets.map { policy.missing($0, role: role) } + [policy.admits(role, in: []) ? 1 : 0]
            }
        }
        let usual = answers(Policy())
        for field in PolicyField.all {
            let decides = Self.accepted(field).contains { value in
                var policy = Policy()
                _ = field.write(&policy, value)
                return answers(policy) != usual
            }
            #expect(decides == field.decidesWhoRecovers, "\(field.name)")
        }
    }

    /// Every field alone and all together, at every extreme.
    @Test func invariant_I33_noDocumentMakesAnAdministratorNeedLess() throws {
        let extremes = PolicyField.all.flatMap { field in
            Self.accepted(field).map { PolicyDocument([field.name: $0]) }
        }
        let lowest = PolicyDocument(
            Dictionary(uniqueKeysWithValues: PolicyField.all.map { ($0.name, Self.accepted($0)[0]) }))
        let highest = PolicyDocument(
            Dictionary(
                uniqueKeysWithValues: PolicyField.all.map { ($0.name, Self.accepted($0)[Self.accepted($0).count - 1]) })
        )
        for document in extremes + [lowest, highest] {
            let policy = try Policy().applying(document)
            for role in AccountRole.allCases where role.isAdministrator {
                #expect(policy.proofsNeeded(for: role) == 2)
                #expect(!policy.kinds(for: role).contains(.questions))
                for kind in MethodKind.allCases { #expect(policy.missing([kind], role: role) > 0) }
                #expect(policy.missing([.email, .questions], role: role) > 0)
            }
        }
    }

    @Test func moreQuestionsThanAreRegisteredCannotBeAsked() throws {
        func contradiction(_ registered: Int, _ asked: Int) throws -> PolicyFault? {
            try Policy().applying(
                PolicyDocument([
                    "recovery.questionsRegistered": .number(registered), "recovery.questionsAsked": .number(asked),
                ])
            ).contradiction
        }
        #expect(try contradiction(4, 4) == nil)
        #expect(try contradiction(4, 5)?.field == "recovery.questionsAsked")
    }

    @Test func thePageNamesEveryField() {
        for name in PolicyField.all.map(\.name) + PolicyField.configurationOnly.map(\.name) {
            #expect(PolicyPage.text.contains("`\(name)`"), "\(name)")
        }
        #expect(PolicyPage.text.contains("| `recovery.coolingOffHours` | 0 to 72 hours | 24 | more | yes |"))
    }
}
