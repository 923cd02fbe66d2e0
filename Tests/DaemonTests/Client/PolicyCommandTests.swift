import Foundation
import SSPRProtocol
import SSPRVocabulary
import Testing

/// `ssprclient policy` against a daemon that plays its part from a script.
@Suite struct PolicyCommandTests {
    private func run(_ script: CallScript, _ arguments: [String], input: String = "") throws -> ToolRun {
        try withFakeDaemon(script.serve) { daemon in
            try ToolRun(["policy"] + arguments + ["--socket", daemon.path], input: Array(input.utf8))
        }
    }

    @Sendable private static func shown(_ version: UInt32) throws -> ShowPolicy.Reply {
        func setting(_ name: String, _ value: String, _ origin: PolicyOrigin) throws -> PolicySetting {
            PolicySetting(field: try PolicyFieldName(name), value: try PolicyText(value), origin: origin)
        }
        return .init(
            version: version,
            settings: [
                try setting("phones", "true", .document), try setting("language", "en", .release),
                try setting("recovery.proofs", "1", .document), try setting("recovery.undoHours", "0", .document),
                try setting("budgets.callsPerDay", "5", .configuration),
            ],
            origin: PolicyRevision(
                version: version, appliedAt: Timestamp(milliseconds: 0), uid: 7, reason: try PolicyReason("why"),
                restores: nil))
    }

    @Test func showsFieldsAndTheDocumentAlone() throws {
        let table = try run(CallScript().expect(ShowPolicy.self) { _ in try Self.shown(3) }, ["show"])
        #expect(
            table.output == "FIELD\tVALUE\tFROM\nphones\ttrue\tdocument\nlanguage\ten\trelease\n"
                + "recovery.proofs\t1\tdocument\nrecovery.undoHours\t0\tdocument\nbudgets.callsPerDay\t5\tconfiguration\n"
        )
        #expect(table.errors.contains("Version 3, applied") && table.errors.contains("by uid 7: why"))
        let document = try run(
            CallScript().expect(ShowPolicy.self) { request in
                guard request.version == 2 else { throw Failure(.malformed) }
                return try Self.shown(2)
            }, ["show", "2", "--document"])
        #expect(document.output == "phones: true\nrecovery:\n  proofs: 1\n  undoHours: 0\n", "\(document.errors)")
        let missing = try run(
            CallScript().expect(ShowPolicy.self) { _ in throw Failure(.notFound) }, ["show", "9"])
        #expect(missing.status == 67 && missing.errors.contains("There is no version 9."))
    }

    @Test func sectionsOfGroupsAreShownAndCanBeAppliedAgain() throws {
        @Sendable func shown() throws -> ShowPolicy.Reply {
            func section(_ group: String, _ name: String, _ value: String) throws -> PolicySetting {
                PolicySetting(
                    field: try PolicyFieldName(name), value: try PolicyText(value), origin: .document,
                    group: try GroupName(group))
            }
            let house = try Self.shown(3)
            return .init(
                version: 3, settings: house.settings, origin: house.origin,
                groups: [
                    try section("007", "phones", "false"), try section("007", "recovery.proofs", "2"),
                    try section("true", "recovery.proofs", "2"),
                ])
        }
        let table = try run(CallScript().expect(ShowPolicy.self) { _ in try shown() }, ["show"])
        #expect(table.output.hasSuffix("groups.true.recovery.proofs\t2\tdocument\n"), "\(table.errors)")
        let document = try run(CallScript().expect(ShowPolicy.self) { _ in try shown() }, ["show", "--document"])
        #expect(
            document.output == "phones: true\nrecovery:\n  proofs: 1\n  undoHours: 0\ngroups:\n"
                + "  '007':\n    phones: false\n    recovery:\n      proofs: 2\n"
                + "  'true':\n    recovery:\n      proofs: 2\n", "\(document.errors)")
    }

    @Test func whatHoldsForAnAccountIsShownWithWhoDecided() throws {
        let script = CallScript().expect(ExplainPolicy.self) { request in
            guard request.account.text == "ana" else { throw Failure(.notFound) }
            let (field, finance) = (try PolicyFieldName("recovery.proofs"), try GroupName("finance"))
            return .init(
                version: 4, groups: [finance],
                decisions: [
                    PolicyDecision(
                        field: field, value: try PolicyText("2"), origin: .document, group: finance,
                        others: [PolicySetting(field: field, value: try PolicyText("1"), origin: .configuration)]),
                    PolicyDecision(
                        field: try PolicyFieldName("phones"), value: try PolicyText("true"), origin: .release,
                        group: nil, others: []),
                ])
        }
        let told = try run(script, ["show", "--account", "ana"])
        #expect(
            told.output == "FIELD\tVALUE\tDECIDED BY\nrecovery.proofs\t2\tgroup finance; configuration says 1\n"
                + "phones\ttrue\trelease\n", "\(told.errors)")
        #expect(told.errors.contains("ana is in finance; of every field the strictest value wins."))
        #expect(try run(CallScript(), ["show", "3", "--account", "ana"]).status == 64)
    }

    @Test func planNamesWhoWouldLose() throws {
        let script = CallScript().expect(PlanPolicy.self) { request in
            guard request.document.text == "phones: false" else { throw Failure(.malformed) }
            return .init(
                base: 4,
                changes: [
                    PolicyChange(
                        field: try PolicyFieldName("phones"), before: try PolicyText("true"),
                        after: try PolicyText("false"))
                ], accounts: 9, capable: 8, losing: 2, gaining: 0, names: [try AccountName("ana")])
        }
        let plan = try run(script, ["plan", "-"], input: "phones: false\n")
        #expect(
            plan.output == "phones: true -> false\n"
                + "9 accounts, 8 can recover now: 2 could not any more, 0 more could.\n"
                + "could not recover: ana\nand 1 more\n", "\(plan.errors)")
        #expect(plan.errors.contains("Nothing was changed. It would follow version 4."))
    }

    @Test func applyAsksForTheVersionInForceUnlessItIsTold() throws {
        @Sendable func apply(_ base: UInt32, _ allowsLoss: Bool?)
            -> @Sendable (ApplyPolicy.Request) throws -> AppliedPolicy
        {
            { request in
                guard request.base == base, request.allowsLoss == allowsLoss, request.reason.text == "because" else {
                    throw Failure(.malformed)
                }
                return AppliedPolicy(version: base + 1, changes: [])
            }
        }
        let asked = CallScript().expect(ShowPolicy.self) { _ in try Self.shown(3) }.expect(
            ApplyPolicy.self, apply(3, nil))
        let first = try run(asked, ["apply", "-", "--reason", "because"], input: "{}")
        #expect(first.status == 0 && first.errors.contains("Version 4 of the policy is in force."), "\(first.errors)")
        #expect(first.output == "no field changes\n")
        let told = CallScript().expect(ApplyPolicy.self, apply(7, true))
        let second = try run(
            told, ["apply", "-", "--reason", "because", "--base", "7", "--allow-loss", "--json"], input: "{}")
        let reply = try JSONSerialization.jsonObject(with: Data(second.output.utf8)) as? [String: Any]
        #expect(second.status == 0 && reply?["version"] as? Int == 8, "\(second.output) \(second.errors)")
        #expect(try run(CallScript(), ["apply", "-"]).status == 64, "a reason is needed")
        #expect(try run(CallScript(), ["apply", "-", "--reason", ""]).status == 64)
        #expect(try run(CallScript(), ["apply", "/nowhere", "--reason", "x"]).status == 66)
    }

    @Test func refusalsTellWhatToDo() throws {
        func refused(_ failure: Failure) throws -> ToolRun {
            try run(
                CallScript().expect(RollBackPolicy.self) { _ in throw failure },
                ["rollback", "1", "--reason", "x", "--base", "2"])
        }
        let moved = try refused(Failure(.policyMoved, version: 5))
        #expect(moved.status == 75 && moved.errors.contains("version 5"), "\(moved.errors)")
        let loss = try refused(Failure(.policyLoss, losing: 12, capable: 40))
        #expect(loss.status == 77 && loss.errors.contains("12 of 40") && loss.errors.contains("--allow-loss"))
        let wrong = try refused(Failure(.policyRefused, text: "line 2: recovery.profs is no key"))
        #expect(wrong.status == 65 && wrong.errors.contains("line 2: recovery.profs is no key"))
    }

    @Test func historyListsAllPages() throws {
        @Sendable func row(_ version: UInt32) throws -> PolicyRevision {
            PolicyRevision(
                version: version, appliedAt: Timestamp(milliseconds: 0), uid: 0, reason: try PolicyReason("why"),
                restores: version == 2 ? 1 : nil, state: version == 2 ? .inForce : .past)
        }
        let pages = CallScript()
            .expect(ListPolicies.self) { request in
                guard request.before == nil else { throw Failure(.malformed) }
                return .init(versions: [try row(2)], isLast: false)
            }
            .expect(ListPolicies.self) { request in
                guard request.before == 2 else { throw Failure(.malformed) }
                return .init(versions: [try row(1)], isLast: true)
            }
        let history = try run(pages, ["history"])
        let rows = history.output.split(separator: "\n").map { line in
            let cells = line.split(separator: "\t").map(String.init)
            return "\(cells[0]) \(cells[1]) \(cells[5]) \(cells[6])"
        }
        #expect(rows == ["VERSION STATE RESTORES REASON", "2 inForce 1 why", "1 past - why"], "\(history.errors)")
    }
}
