import Foundation
import Glibc
import SSPRProtocol
import SSPRVocabulary
import StrictCBOR
import Testing

/// Administrators' and programs' commands against a daemon that plays its part from a script.
@Suite struct AdministrationCommandTests {
    private func run(_ script: CallScript, _ arguments: [String], input: String = "") throws -> ToolRun {
        try withFakeDaemon(script.serve) { daemon in
            try ToolRun(arguments + ["--socket", daemon.path], input: Array(input.utf8))
        }
    }

    private static func account(_ name: String, methods: [MethodKind] = []) throws -> AccountSummary {
        AccountSummary(
            id: try AccountID(1), account: try AccountName(name), uid: 1000, role: .user, isEnabled: true, target: nil,
            methods: methods, missing: 2, addedAt: Timestamp(milliseconds: 0), signInLockedUntil: nil,
            recoveryBlockedUntil: nil)
    }

    private func twoPages() -> CallScript {
        CallScript()
            .expect(ListAccounts.self) { request in
                guard request.after == nil else { throw Failure(.malformed) }
                return .init(accounts: [try Self.account("ana", methods: [.email, .totp])], isLast: false)
            }
            .expect(ListAccounts.self) { request in
                guard request.after?.text == "ana" else { throw Failure(.malformed) }
                return .init(accounts: [try Self.account("bob")], isLast: true)
            }
    }

    @Test func listsAllPages() throws {
        let table = try run(twoPages(), ["accounts", "list", "--quiet"])
        #expect(table.status == 0)
        #expect(
            table.output == "ACCOUNT\tENABLED\tROLE\tMETHODS\tMISSING\tLOCKED\tTARGET\n"
                + "ana\tyes\tuser\temail,totp\t2\t-\t-\nbob\tyes\tuser\t-\t2\t-\t-\n")
        #expect(table.errors.isEmpty)
        let json = try run(twoPages(), ["accounts", "list", "--json"])
        let list = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        #expect(list.map { $0["account"] as? String } == ["ana", "bob"])
        let lines = try run(twoPages(), ["accounts", "list", "--output", "jsonl"])
        #expect(lines.output.split(separator: "\n").count == 2)
        let nothing = try run(
            CallScript().expect(ListAccounts.self) { _ in .init(accounts: [], isLast: true) },
            ["accounts", "list", "--json"])
        #expect(nothing.output == "[]\n")
    }

    @Test func listsDeliveries() throws {
        func pages() -> CallScript {
            CallScript()
                .expect(ListDeliveries.self) { request in
                    guard request.after == 0, request.state == .failed, request.account?.text == "ana" else {
                        throw Failure(.malformed)
                    }
                    return .init(deliveries: [], reached: 64, isLast: false)
                }
                .expect(ListDeliveries.self) { request in
                    guard request.after == 64 else { throw Failure(.malformed) }
                    let row = DeliverySummary(
                        id: try DeliveryID(7), account: try AccountName("ana"), recovery: nil, channel: .sms,
                        kind: .recoveryCode, state: .failed, reason: .badCertificate,
                        queuedAt: Timestamp(milliseconds: 0), takenAt: nil,
                        settledAt: Timestamp(milliseconds: 60_000), attempts: 2)
                    return .init(deliveries: [row], reached: 80, isLast: true)
                }
        }
        let table = try run(pages(), ["deliveries", "--failed", "--account", "ana", "--no-legend"])
        #expect(table.status == 0, "\(table.errors)")
        let cells = [
            "1970-01-01T00:00:00Z", "ana", "sms", "recoveryCode", "failed", "badCertificate", "2",
            "1970-01-01T00:01:00Z", "7",
        ]
        #expect(table.output == cells.joined(separator: "\t") + "\n")
        let json = try run(pages(), ["deliveries", "--failed", "--account", "ana", "--json"])
        let list = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        #expect(list.map { $0["reason"] as? String } == ["badCertificate"])
    }

    @Test(arguments: [(["--password-file", "-"], "first password\n"), (["--secret-fd", "0"], "first password")])
    func addsAnAccountWithAPasswordFromADescriptor(options: [String], input: String) throws {
        let script = CallScript().expect(AddAccount.self) { request in
            guard request.account.text == "ana", request.uid == 1000, request.role == .administrator,
                request.target == nil,
                request.password.reads("first password")
            else { throw Failure(.malformed) }
            return .init(id: try AccountID(1))
        }
        let run = try run(
            script, ["accounts", "add", "ana", "--uid", "1000", "--role", "administrator"] + options, input: input)
        #expect(run.status == 0, "\(run.errors)")
        #expect(script.isDone)
        #expect(run.output.isEmpty)
    }

    @Test func addsAnAccountWithATarget() throws {
        let script = CallScript().expect(AddAccount.self) { request in
            guard request.target?.text == "shadow", request.password == nil else { throw Failure(.malformed) }
            return .init(id: try AccountID(1))
        }
        #expect(try run(script, ["accounts", "add", "ana", "--target", "shadow"]).status == 0)
        #expect(
            try run(CallScript(), ["accounts", "add", "ana", "--target", "shadow", "--password-file", "-"]).status == 64
        )
        #expect(try run(CallScript(), ["accounts", "add", "a b"]).status == 64)
        #expect(try run(CallScript(), ["accounts", "add", "ana"]).status == 64)
    }

    @Test(arguments: [("enable", true), ("disable", false)])
    func enablesAndDisables(verb: String, isEnabled: Bool) throws {
        let script = CallScript().expect(EnableAccount.self) { request in
            guard request.isEnabled == isEnabled else { throw Failure(.malformed) }
            return Empty()
        }
        #expect(try run(script, ["accounts", verb, "ana"]).status == 0)
        #expect(script.isDone)
    }

    @Test(arguments: ["de-AT", nil] as [String?])
    func setsAndClearsALanguage(tag: String?) throws {
        let script = CallScript().expect(SetAccountLanguage.self) { request in
            guard request.account.text == "ana", request.language?.text == tag else { throw Failure(.malformed) }
            return Empty()
        }
        #expect(try run(script, ["accounts", "language", "ana"] + [tag].compactMap { $0 }).status == 0)
        #expect(script.isDone)
        #expect(try run(CallScript(), ["accounts", "language", "ana", "deutsch"]).status == 64)
    }

    @Test(arguments: [(2, "ana is reminded: 2 on the way."), (0, "ana has no address")] as [(UInt32, String)])
    func remindsAndSaysHowManyAreOnTheWay(messages: UInt32, words: String) throws {
        let script = CallScript().expect(RemindAccount.self) { request in
            guard request.account.text == "ana" else { throw Failure(.malformed) }
            return .init(messages: messages)
        }
        let ended = try run(script, ["accounts", "remind", "ana"])
        #expect(ended.status == 0 && ended.errors.contains(words), "\(ended.errors)")
    }

    @Test func unblocksAnAccount() throws {
        let script = CallScript().expect(UnblockAccount.self) { request in
            guard request.account.text == "ana" else { throw Failure(.malformed) }
            return Empty()
        }
        let ended = try run(script, ["accounts", "unblock", "ana"])
        #expect(ended.status == 0 && ended.errors.contains("ana can be recovered again"), "\(ended.errors)")
        #expect(script.isDone)
        let unknown = CallScript().expect(UnblockAccount.self) { _ in throw Failure(.notFound) }
        #expect(try run(unknown, ["accounts", "unblock", "nobody"]).errors.contains("There is no such account."))
    }

    @Test func addsAQuestionInTwoLanguages() throws {
        let script = CallScript().expect(AddQuestion.self) { request in
            guard request.texts.map(\.language.text) == ["en", "de-AT"],
                request.texts.map(\.text.text) == ["Which a=b?", "Welches?"]
            else { throw Failure(.malformed) }
            return .init(number: 1000)
        }
        let added = try run(script, ["questions", "add", "en=Which a=b?", "de-AT=Welches?", "--json"])
        let reply = try JSONSerialization.jsonObject(with: Data(added.output.utf8)) as? [String: Int]
        #expect(added.status == 0 && reply == ["number": 1000], "\(added.output) \(added.errors)")
        #expect(script.isDone)
        for wrong in [["Which?"], ["EN=Which?"], ["=Which?"], []] {
            #expect(try run(CallScript(), ["questions", "add"] + wrong).status == 64)
        }
    }

    @Test(arguments: QuestionRule.allCases)
    func aRefusedQuestionIsToldWithItsRule(rule: QuestionRule) throws {
        let script = CallScript().expect(AddQuestion.self) { _ in throw Failure(.questionRefused, question: rule) }
        let refused = try run(script, ["questions", "add", "en=Which?", "--json"])
        #expect(refused.status == 65 && refused.errors.contains("\"question\":\"\(rule.rawValue)\""))
        #expect(!refused.errors.contains("It breaks a rule"))
    }

    @Test func listsAndRetiresQuestions() throws {
        @Sendable func row(_ number: UInt32, _ state: QuestionState) throws -> ListedQuestion {
            ListedQuestion(
                number: number, isCustom: number >= 1000, state: state,
                texts: [.init(language: .english, text: try QuestionText("Which?"))], addedAt: nil, retiredAt: nil)
        }
        let pages = CallScript()
            .expect(ListQuestions.self) { request in
                guard request.after == 0 else { throw Failure(.malformed) }
                return .init(questions: [try row(1, .inUse)], isLast: false)
            }
            .expect(ListQuestions.self) { request in
                guard request.after == 1 else { throw Failure(.malformed) }
                return .init(questions: [try row(1000, .retired)], isLast: true)
            }
        #expect(
            try run(pages, ["questions", "list"]).output
                == "NUMBER\tKIND\tSTATE\tLANGUAGES\tQUESTION\n1\tpredefined\tinUse\ten\tWhich?\n"
                + "1000\tcustom\tretired\ten\tWhich?\n")
        let retire = CallScript().expect(RetireQuestion.self) { request in
            guard request.number == 1000 else { throw Failure(.malformed) }
            return Empty()
        }
        #expect(try run(retire, ["questions", "retire", "1000"]).status == 0)
        let missing = CallScript().expect(RetireQuestion.self) { _ in throw Failure(.notFound) }
        #expect(try run(missing, ["questions", "retire", "7"]).errors.contains("no custom question 7 in use"))
    }

    @Test func addsAnAccountWithALanguageAndShowsIt() throws {
        let add = CallScript().expect(AddAccount.self) { request in
            guard request.language?.text == "de" else { throw Failure(.malformed) }
            return .init(id: try AccountID(1))
        }
        #expect(try run(add, ["accounts", "add", "ana", "--target", "shadow", "--language", "de"]).status == 0)
        #expect(
            try run(CallScript(), ["accounts", "add", "ana", "--target", "shadow", "--language", "DE"]).status == 64)
        let show = CallScript().expect(ShowAccount.self) { _ in
            AccountSummary(
                id: try AccountID(1), account: try AccountName("ana"), uid: nil, role: .user, isEnabled: true,
                target: nil,
                methods: [], missing: 2, addedAt: Timestamp(milliseconds: 0), signInLockedUntil: nil,
                recoveryBlockedUntil: nil, language: .german)
        }
        #expect(try run(show, ["accounts", "show", "ana"]).output.contains("de\n"))
    }

    @Test func tellsAdministratorsWhatIsNotThere() throws {
        let script = CallScript().expect(ShowAccount.self) { _ in throw Failure(.notFound) }
        #expect(try run(script, ["accounts", "show", "ana"]).status == 67)
        let taken = CallScript().expect(AddAccount.self) { _ in throw Failure(.conflict) }
        #expect(try run(taken, ["accounts", "add", "ana", "--target", "shadow"]).status == 65)
    }

    private static func record(_ sequence: UInt64) throws -> AuditRecord {
        let event = AuditEvent(
            .proofAnswered, .refused, at: Timestamp(milliseconds: 0), by: EventActor(uid: 33, role: .helper),
            account: try AccountName("ana"), recovery: try RecoveryID(9), method: .email, reason: .wrongSecret)
        return AuditRecord(sequence: sequence, event: event, hash: ByteString([UInt8](repeating: 10, count: 32)))
    }

    @Test func listsTheTrailAcrossPagesUpToALimit() throws {
        func script() -> CallScript {
            CallScript()
                .expect(ReadAudit.self) { request in
                    guard request.after == 4, request.account?.text == "ana", request.kind == .proofAnswered else {
                        throw Failure(.malformed)
                    }
                    return .init(records: [try Self.record(5)], reached: 68, isLast: false)
                }
                .expect(ReadAudit.self) { request in
                    guard request.after == 68 else { throw Failure(.malformed) }
                    return .init(records: [try Self.record(69), try Self.record(70)], reached: 70, isLast: true)
                }
        }
        let options = ["audit", "list", "--account", "ana", "--kind", "proof.answered", "--after", "4"]
        let all = try run(script(), options + ["--no-legend"])
        #expect(all.status == 0, "\(all.errors)")
        #expect(
            all.output.hasPrefix(
                "5\t1970-01-01T00:00:00Z\tproof.answered\trefused\tana\thelper:33\temail\twrongSecret\t9\n69\t"))
        #expect(
            try run(script(), options + ["--limit", "2", "--output", "jsonl"]).output.split(separator: "\n").count == 2)
        let followed = CallScript().expect(FollowAudit.self) { _ in .init(records: [], reached: 0, isLast: true) }
            .expect(FollowAudit.self) { _ in .init(records: [try Self.record(1)], reached: 1, isLast: true) }
        let follow = try run(followed, ["audit", "follow", "--limit", "1", "--output", "jsonl"])
        #expect(follow.status == 0)
        #expect(follow.output.contains(#""sequence":1,"event":{"kind":"proof.answered""#))
        #expect(follow.output.contains(#""hash":"hex:0a0a"#))
    }

    @Test func verifiesTheTrail() throws {
        let hash = [UInt8](repeating: 0xab, count: 32)
        let good = CallScript().expect(VerifyAudit.self) { request in
            guard request.sequence == 7, request.hash?.bytes == hash else { throw Failure(.malformed) }
            return .init(verified: 9, head: ByteString(hash), firstBad: nil, fault: nil)
        }
        let head = String(repeating: "ab", count: 32)
        let fine = try run(good, ["audit", "verify", "--head", "7:\(head)"])
        #expect(fine.status == 0, "\(fine.errors)")
        #expect(fine.output.contains("9:\(head)"))
        let bad = CallScript().expect(VerifyAudit.self) { _ in
            .init(verified: 4, head: ByteString(hash), firstBad: 5, fault: .broken)
        }
        let broken = try run(bad, ["audit", "verify"])
        #expect(broken.status == 1)
        #expect(broken.errors.contains("record 5"))
        #expect(try run(CallScript(), ["audit", "verify", "--head", "7"]).status == 64)
    }

    @Test func makesAnyCallFromJSON() throws {
        func script() -> CallScript {
            CallScript().expect(Authenticate.self) { request in
                guard request.password.reads("geheim") else { throw Failure(.refused) }
                return Empty()
            }
        }
        let request = #"{"account":"ana","password":"text:geheim"}"#
        let fine = try run(script(), ["protocol", "call", "signin.authenticate", "-"], input: request)
        #expect(fine.status == 0, "\(fine.errors)")
        #expect(fine.output == "{}\n")
        let open = script()
        let refused = try run(open, ["protocol", "call", "signin.authenticate", request])
        #expect(refused.status == 64)
        #expect(open.asked.isEmpty)
        #expect(!refused.errors.contains("geheim"))
        let hello = CallScript().expect(Hello.self) { _ in .init(version: "9", methods: [1, 2], roles: [.person]) }
        #expect(
            try run(hello, ["protocol", "call", "0x0001", "--output", "jsonl"]).output
                == #"{"version":"9","methods":[1, 2],"roles":["person"]}"# + "\n")
        #expect(try run(CallScript(), ["protocol", "call", "signin.account", "{"]).status == 65)
        #expect(try run(CallScript(), ["protocol", "call", "signin.account", "{}"]).status == 65)
        #expect(try run(CallScript(), ["protocol", "call", "signin.other"]).status == 65)
    }

    @Test func explainsBytes() throws {
        let frame = try ToolRun(["protocol", "explain", "00000001 01 02 0002 00000007 a0"])
        #expect(frame.output == "Kind:   reply\nMethod: 0x0002 service.ping\nId:     7\nLength: 1\nBody:   {}\n")
        let body = try ToolRun(["protocol", "explain", "-"], input: Array("a1 01 62 1b41\n".utf8))
        #expect(body.output == "Body: {1: \"\\u001bA\"}\n")
        #expect(try ToolRun(["protocol", "explain", "ff"]).status == 65)
        #expect(try ToolRun(["protocol", "explain", "xyz"]).status == 65)
    }

    @Test func pings() throws {
        let script = CallScript()
        for _ in 0..<3 { script.expect(Ping.self) { _ in Empty() } }
        let run = try run(script, ["protocol", "ping", "--count", "3", "--no-legend"])
        #expect(run.status == 0)
        #expect(run.output.split(separator: "\n").count == 3)
    }

    @Test func saysHowToStartADaemonThatIsNotThere() throws {
        let run = try ToolRun(["status", "ana"], environment: ["SSPR_SOCKET": "/nowhere/s"])
        #expect(run.status == 69)
        #expect(
            run.errors == """
                ssprclient: cannot reach ssprd: /nowhere/s: no such file or directory
                The daemon is not running, or listens elsewhere.
                Next: sudo systemctl start ssprd.socket   (without systemd: sudo ssprd serve)

                """)
        #expect(try ToolRun(["status"]).status == 64)
    }

    @Test func tellsNothingToAServerThatIsNotTrusted() throws {
        try withFakeDaemon { peer in
            while peer.next() != nil {}
        } _: { daemon in
            let run = try ToolRun(
                ["change", "ana", "--answers-from", "-", "--server-uid", "\(getuid() + 1)", "--socket", daemon.path],
                input: Array("old\na new long password\n".utf8))
            #expect(run.status == 78)
            while daemon.connections < 1 { usleep(1000) }
            #expect(daemon.received.isEmpty)
        }
    }

    @Test(arguments: ["exit-codes", "environment", "output", "pam"])
    func hasHelpTopics(topic: String) throws {
        let run = try ToolRun(["help", topic])
        #expect(run.status == 0)
        #expect(run.output.count > 200)
    }

    @Test func usageErrorsAre64AndSuggest() throws {
        let run = try ToolRun(["statu"])
        #expect(run.status == 64)
        #expect(run.errors.contains("Did you mean: ssprclient status"))
        #expect(try ToolRun(["status", "--timeout", "0"]).status == 64)
        #expect(try ToolRun(["--version"]).output == "ssprclient \(Release.version)\n")
    }
}
