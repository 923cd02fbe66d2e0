import SSPRDocuments
import SSPRDomain
import SSPRVocabulary
import Testing

/// Policy documents as administrators write them (feature F6).
@Suite("Policy texts") struct PolicyTextTests {
    private func problem(_ text: String) -> String {
        do throws(Refusal) {
            _ = try PolicyText.read(text)
            return "none"
        } catch {
            if case .policyDocument(let problem) = error { return problem }
            return "\(error)"
        }
    }

    @Test func yamlAndJSONSayTheSame() throws {
        let yaml = """
            # why
            phones: true
            recovery: {proofs: 1}
            registration:
              reviewDays: 0
            language: de-AT
            """
        let expected = PolicyDocument([
            "phones": .flag(true), "recovery.proofs": .number(1), "registration.reviewDays": .number(0),
            "language": .word("de-AT"),
        ])
        #expect(try PolicyText.read(yaml) == expected)
        let json = #"{"phones":true,"recovery":{"proofs":1},"registration":{"reviewDays":0},"language":"de-AT"}"#
        #expect(try PolicyText.read(json) == expected)
        #expect(try PolicyText.read("") == PolicyDocument())
        #expect(try PolicyText.read("# nothing\n") == PolicyDocument())
    }

    /// Configuration key, document key and the table's row are one.
    @Test(arguments: PolicyField.all.map(\.name))
    func everyFieldCanBeWritten(_ name: String) throws {
        let field = try #require(PolicyField.named(name))
        let value = field.read(Policy())
        let written = line(name, value.text)
        #expect(try PolicyText.read(written) == PolicyDocument([name: value]))
        #expect(try DocumentNode(file: "c.yaml", text: written).policy() == PolicyDocument([name: value]))
        #expect(
            problem("\n\(line(name, "nonsense"))").hasPrefix(
                "line 2: \(name) cannot be \"nonsense\". Allowed: \(field.allowed)"))
    }

    /// A field in as many mappings as its name has parts.
    private func line(_ name: String, _ value: String) -> String {
        let parts = name.split(separator: ".").map(String.init)
        return parts.dropLast().reversed().reduce("\(parts.last ?? ""): \(value)") { inner, section in
            "\(section): {\(inner)}"
        }
    }

    @Test func sectionsOfGroupsHaveTheSameKeys() throws {
        let text = """
            recovery: {proofs: 1}
            groups:
              finance:
                recovery: {proofs: 2}
                phones: false
              007: {devices: false}
              empty: {}
            """
        let expected = PolicyDocument(
            ["recovery.proofs": .number(1)],
            groups: [
                try GroupName("finance"): ["recovery.proofs": .number(2), "phones": .flag(false)],
                try GroupName("007"): ["devices": .flag(false)],
            ])
        #expect(try PolicyText.read(text) == expected)
        for field in PolicyField.all {
            let told = problem("groups:\n  a: {\(line(field.name, field.read(Policy()).text))}")
            let refusal =
                "line 2: groups.a.\(field.name) may stand outside of groups only: it holds for the whole house"
            #expect(field.isForGroups ? told == "none" : told.hasPrefix(refusal), "\(told)")
        }
    }

    @Test func sectionsAreNotWithoutEnd() {
        func groups(_ count: Int) -> String {
            "groups:\n" + (0..<count).map { "  g\($0): {phones: false}\n" }.joined()
        }
        #expect(problem(groups(200)) == "none")
        #expect(problem(groups(201)).contains("groups' sections hold too much. Allowed: 200 values together"))
    }

    @Test(arguments: [
        (
            "groups:\n  a: {recovery: {profs: 1}}",
            "line 2: groups.a.recovery.profs is no key; the nearest is groups.a.recovery.proofs"
        ),
        (
            "groups:\n  a:\n    recovery: {proofs: 3}",
            "line 3: groups.a.recovery.proofs cannot be \"3\". Allowed: 1 to 2."
        ),
        ("groups:\n  -a: {phones: true}", "line 2: groups.-a is no group's name"),
        ("groups: {a: 3}", "line 1: groups.a is no mapping"),
        ("groups: [a]", "line 1: groups is no mapping"),
        ("groups: {a: {enablement: none}}", "groups.a.enablement may stand in the configuration file only"),
        ("groups: {a: {passwords: {banned: [x]}}}", "groups.a.passwords.banned may stand in the configuration file"),
        ("groups: {a: {groups: {b: {phones: true}}}}", "groups.a.groups is no key"),
        ("groups: {a: {phones: true}, a: {phones: false}}", "a key stands there twice: a"),
        (
            "recovery:\n  profs: 1",
            "line 2: recovery.profs is no key; the nearest is recovery.proofs. Allowed: confirmPhones,"
        ),
        ("recovery:\n  proofs: 3", "line 2: recovery.proofs cannot be \"3\". Allowed: 1 to 2."),
        ("recovery: 3", "line 1: recovery is no mapping"),
        ("recovery.proofs: 1", "line 1: recovery.proofs is no key"),
        ("phones: [true]", "line 1: phones cannot be. Allowed: true or false."),
        ("phones: true\nphones: false", "a key stands there twice: phones"),
        ("- phones", "is no mapping"),
        ("phones", "is no mapping"),
        ("a: [", "not YAML"),
        ("phones: true\n---\nphones: false", "not YAML"),
        ("x: &a true\nphones: *a", "line 1: references (& and *) are not read"),
        (
            "passwords:\n  banned: [password]",
            "line 2: passwords.banned may stand in the configuration file only: it is a list"
        ),
        ("passwords: {breached: /x}", "passwords.breached may stand in the configuration file only"),
        ("enablement: none", "line 1: enablement may stand in the configuration file only"),
        ("socket: /tmp/s", "line 1: socket is no key"),
        ("\u{1b}[31mred: 1", "not YAML: control characters"),
        ("\"\\e[31mred\": 1", "line 1: ?[31mred is no key"),
        ("phones: true\u{0}", "not YAML"),
    ])
    func whatIsWrongIsToldWithItsPlace(_ text: String, _ expected: String) {
        #expect(problem(text).contains(expected), "\(problem(text))")
        #expect(!problem(text).contains("\u{1b}"))
    }

    /// As deep and as long as a document may be: refused, and nothing ends.
    @Test(arguments: ["[", "{a: ", "- ", "? ", "a: {", "\"", "'", "!!map "])
    func hostileDocumentsAreRefused(_ piece: String) {
        let text = String(repeating: piece, count: 65_536 / piece.utf8.count)
        #expect(problem(text) != "none")
        #expect(problem("phones: " + text) != "none")
    }
}
