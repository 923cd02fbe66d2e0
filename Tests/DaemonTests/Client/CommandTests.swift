import Foundation
import SSPRProtocol
import SSPRVocabulary
import StrictCBOR
import Testing

/// People's commands, driven by answers on the standard input, against a daemon that plays its part from a script.
@Suite struct CommandTests {
    private static let soon = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) + 600_000)
    private static let past = Timestamp(milliseconds: 0)
    private static let newPassword = "correct horse battery staple"

    private static func handle<Purpose>(_ byte: UInt8) throws -> Token<Purpose> {
        try Token(Secret([UInt8](repeating: byte, count: 32)))
    }

    private func run(
        _ script: CallScript, _ arguments: [String], answers: [String] = [],
        environment: [String: String] = ["USER": "ana"]
    ) throws -> ToolRun {
        try withFakeDaemon(script.serve) { daemon in
            let input = answers.map { $0 + "\n" }.joined()
            return try ToolRun(
                ["--socket", daemon.path] + arguments, input: Array(input.utf8), environment: environment)
        }
    }

    /// A recovery that offers mail and an app, takes the code 20481632, then the app's 492039, and yields a grant.
    private func recovery(_ purpose: RecoveryPurpose, hint: String = "a•••@•••.org") -> CallScript {
        firstProof(purpose, hint: hint)
            .expect(AnswerChallenge.self) { request in
                guard request.choice == 7, request.code.reads("492039") else {
                    throw Failure(.refused)
                }
                return .init(proofsMissing: 0, methods: [], grant: try Self.handle(2))
            }
    }

    private func firstProof(_ purpose: RecoveryPurpose, hint: String = "a•••@•••.org") -> CallScript {
        CallScript()
            .expect(BeginRecovery.self) { request in
                guard request.account.text == "ana", request.purpose == purpose else { throw Failure(.denied) }
                return .init(
                    handle: try Self.handle(1), expiresAt: Self.soon, proofsNeeded: 2,
                    methods: [.init(choice: 7, kind: .totp, hint: nil), .init(choice: 9, kind: .email, hint: hint)])
            }
            .expect(SendChallenge.self) { request in
                guard request.choice == 9, request.handle.secret == (try Self.handle(1) as RecoveryHandle).secret else {
                    throw Failure(.refused)
                }
                return .init(expiresAt: Self.soon, resendAt: Self.soon, questions: [])
            }
            .expect(AnswerChallenge.self) { request in
                guard request.choice == 9, request.code.reads("20481632") else {
                    throw Failure(.refused)
                }
                return .init(proofsMissing: 1, methods: [.init(choice: 7, kind: .totp, hint: nil)], grant: nil)
            }
    }

    private func finishing(_ script: CallScript) -> CallScript {
        script.expect(ResetPassword.self) { request in
            guard request.account.text == "ana", request.grant.secret == (try Self.handle(2) as RecoveryGrant).secret,
                request.password.reads(Self.newPassword)
            else { throw Failure(.refused) }
            return Empty()
        }
    }

    @Test(arguments: [["reset", "ana", "--answers-from", "-"], ["reset", "--answers-from", "fd:0"]])
    func resetsWithOneAnswerALine(arguments: [String]) throws {
        let script = finishing(recovery(.reset))
        // The second of the offered methods; a code with blanks; the other method needs no choice.
        let run = try run(script, arguments, answers: ["2", "2048 1632", "492 039", Self.newPassword])
        #expect(run.status == 0, "\(run.errors)")
        #expect(script.isDone)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("The password of ana is changed."))
        for secret in ["2048", "492", "correct horse"] { #expect(!run.errors.contains(secret)) }
    }

    @Test func methodsCanBeChosenBeforehand() throws {
        let script = finishing(recovery(.reset))
        let run = try run(
            script, ["reset", "--method", "email,totp", "--answers-from", "-"],
            answers: ["20481632", "492039", Self.newPassword])
        #expect(run.status == 0, "\(run.errors)")
        #expect(script.isDone)
    }

    @Test func aMethodThatIsNotOfferedIsToldSo() throws {
        let run = try run(recovery(.reset), ["reset", "--method", "questions", "--answers-from", "-"])
        #expect(run.status == 65)
        #expect(run.errors.contains("questions is not offered for this proof"))
    }

    @Test func unlocksWithoutAPassword() throws {
        let script = recovery(.unlock).expect(UnlockAccount.self) { request in
            guard request.grant.secret == (try Self.handle(2) as RecoveryGrant).secret else { throw Failure(.refused) }
            return Empty()
        }
        let run = try run(script, ["unlock", "ana", "--answers-from", "-"], answers: ["email", "20481632", "492039"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(script.isDone)
    }

    @Test func aWrongCodeOfAProgramEndsIt() throws {
        let script = firstProof(.reset).expect(Hello.self) { _ in
            .init(version: "1", methods: [], roles: [.person], helpDesk: "room 12\u{1b}")
        }
        let run = try run(script, ["reset", "--answers-from", "-"], answers: ["email", "11111111", "20481632"])
        #expect(run.status == 77)
        // A person who is refused is told where the help desk is; what ssprd says is printed like anything else.
        #expect(script.asked == ["recovery.begin", "recovery.send", "recovery.answer", "service.hello"])
        #expect(run.errors.contains("Help desk: room 12") && !run.errors.contains("\u{1b}"))
    }

    @Test func aPasswordThatBreaksARuleIsExplained() throws {
        let script = recovery(.reset).expect(ResetPassword.self) { _ in throw Failure(.passwordRefused, rule: .tooShort)
        }
        let run = try run(script, ["reset", "--answers-from", "-"], answers: ["email", "20481632", "492039", "short"])
        #expect(run.status == 65)
        #expect(run.errors.contains("It is too short"))
        #expect(run.errors.contains("Next: choose another one"))
    }

    @Test func missingAnswersEndItAndSayWhatWasAsked() throws {
        let run = try run(recovery(.reset), ["reset", "--answers-from", "-"], answers: ["email"])
        #expect(run.status == 66)
        #expect(run.errors.contains("It was asked: Code"))
    }

    @Test func questionsAreAskedOneByOne() throws {
        let drawn = try [
            Question(number: 3, text: "Which street?"), Question(number: 8, text: "Which \u{1b}[31mtown?"),
        ]
        let script = CallScript()
            .expect(BeginRecovery.self) { _ in
                .init(
                    handle: try Self.handle(1), expiresAt: Self.soon, proofsNeeded: 1,
                    methods: [.init(choice: 1, kind: .questions, hint: nil)])
            }
            .expect(SendChallenge.self) { _ in .init(expiresAt: Self.soon, resendAt: Self.soon, questions: drawn) }
            .expect(AnswerChallenge.self) { request in
                guard let answers = request.answers, request.code == nil, answers.map(\.question) == [3, 8],
                    answers[0].answer.reads("Long Lane"), answers[1].answer.reads("Ulm")
                else { throw Failure(.refused) }
                return .init(proofsMissing: 0, methods: [], grant: try Self.handle(2))
            }
            .expect(UnlockAccount.self) { _ in Empty() }
        let run = try run(script, ["unlock", "--answers-from", "-"], answers: ["Long Lane", "Ulm"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(script.isDone)
    }

    @Test func nothingOfTheDaemonReachesTheTerminalRaw() throws {
        let run = try run(
            recovery(.reset, hint: "\u{1b}]0;x\u{7}\u{202e}"), ["reset", "--answers-from", "-"],
            answers: ["email", "20481632"])
        #expect(run.errors.contains("\\u{1b}]0;x\\u{7}\\u{202e}"))
        #expect(!run.errors.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{202e}" || $0 == "\u{7}" })
    }

    @Test func withoutATerminalNothingIsAsked() throws {
        let script = recovery(.reset)
        let run = try run(script, ["reset", "--method", "email"])
        #expect(run.status == 64)
        #expect(run.errors.contains("--answers-from"))
        #expect(
            try ToolRun(["reset", "--no-input", "--socket", "/nowhere/s"], environment: ["USER": "ana"]).status == 69)
    }

    @Test func changesAPassword() throws {
        let script = CallScript().expect(ChangePassword.self) { request in
            guard request.current.reads(" old "), request.new.reads(Self.newPassword) else {
                throw Failure(.refused)
            }
            return Empty()
        }
        // Blanks belong to a password.
        let run = try run(script, ["change", "--answers-from", "-"], answers: [" old ", Self.newPassword])
        #expect(run.status == 0, "\(run.errors)")
        #expect(script.isDone)
    }

    @Test(
        arguments: [
            (Failure(.denied), 77, "You may act for the account that carries your own uid"),
            (Failure(.throttled, retryAfter: 86_340_000), 75, "try again in 23 h 59 min"),
            (Failure(.refused), 77, "The password is wrong"),
            (Failure(.busy, retryAfter: 1500), 75, "try again in 2 s"),
            (Failure(.unavailable), 75, "Nothing has changed."),
            (Failure(.outcomeUnknown), 75, "Nobody can say whether the new password is in force."),
            (
                Failure(.targetRefused, refusal: .passwordPolicy, text: "too\u{1b} young"), 65,
                "It says: too\\u{1b} young"
            ),
            (Failure(.targetRefused, refusal: .accountDisabled), 77, "The account is disabled there."),
            (Failure(.internalError), 70, "journalctl"),
            (Failure(.malformed), 76, "different releases"),
        ] as [(Failure, Int32, String)])
    func refusalsHaveAStatusAndWords(failure: Failure, status: Int32, words: String) throws {
        let script = CallScript().expect(ChangePassword.self) { _ in throw failure }
        let run = try run(script, ["change", "--answers-from", "-"], answers: ["old", Self.newPassword])
        #expect(run.status == status)
        #expect(run.errors.contains(words), "\(run.errors)")
        let again = CallScript().expect(ChangePassword.self) { _ in throw failure }
        let json = try self.run(
            again, ["change", "--json", "--answers-from", "-"], answers: ["old", Self.newPassword])
        #expect(json.status == status)
        let error = try #require(
            try JSONSerialization.jsonObject(with: Data(json.errors.utf8)) as? [String: [String: Any]])
        #expect(error["error"]?["code"] as? Int == Int(failure.code.rawValue))
    }

    @Test func registersAnAppAndShowsItsKey() throws {
        let key = Secret(text: "12345678901234567890")
        let script = CallScript()
            .expect(ProveRegistration.self) { request in
                guard request.password.reads("old"), request.code == nil else { throw Failure(.refused) }
                return .init(handle: try Self.handle(3), expiresAt: Self.soon)
            }
            .expect(BeginEnrolment.self) { request in
                guard request.kind == .totp, request.contact == nil else { throw Failure(.refused) }
                return .init(enrolment: try EnrolmentID(5), expiresAt: Self.soon, key: key)
            }
            .expect(ConfirmEnrolment.self) { request in
                guard request.enrolment == (try EnrolmentID(5)), request.code.reads("492039") else {
                    throw Failure(.refused)
                }
                return .init(method: try MethodID(6), missing: 1)
            }
        let run = try run(
            script, ["register", "totp", "--issuer", "Example", "--answers-from", "-"], answers: ["old", "492039"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(script.isDone)
        #expect(
            run.output == """
                URI: otpauth://totp/Example:ana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example
                Key: GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ

                """)
        #expect(run.errors.contains("1 more method"))
    }

    @Test func registersAnAddressWithoutAndWithTheWizard() throws {
        func script(_ before: CallScript) -> CallScript {
            before
                .expect(BeginEnrolment.self) { request in
                    guard request.kind == .email, request.contact?.text == "ana@example.org" else {
                        throw Failure(.refused)
                    }
                    return .init(enrolment: try EnrolmentID(5), expiresAt: Self.soon, key: nil)
                }
                .expect(ConfirmEnrolment.self) { _ in .init(method: try MethodID(6), missing: 0) }
        }
        func proven(_ script: CallScript) -> CallScript {
            script.expect(ProveRegistration.self) { _ in .init(handle: try Self.handle(3), expiresAt: Self.soon) }
        }
        func described(_ script: CallScript, missing: UInt32) -> CallScript {
            script.expect(DescribeRegistration.self) { _ in
                .init(
                    methods: [], missing: missing, available: [.email, .totp], questions: [], signInLockedUntil: nil,
                    recoveryBlockedUntil: nil, proofsNeeded: 1)
            }
        }
        let direct = script(proven(CallScript()))
        let first = try run(
            direct, ["register", "email", "ana@example.org", "--answers-from", "-"], answers: ["old", "20481632"])
        #expect(first.status == 0, "\(first.errors)")
        #expect(direct.isDone)
        let wizard = described(script(proven(described(CallScript(), missing: 1))), missing: 0)
        let second = try run(
            wizard, ["register", "--answers-from", "-"], answers: ["old", "email", "ana@example.org", "20481632", "n"])
        #expect(second.status == 0, "\(second.errors)")
        #expect(wizard.isDone)
    }

    @Test func registersQuestionsAndRemovesMethods() throws {
        let questions = try (1...6).map { try Question(number: UInt32($0), text: "Question \($0)?") }
        let script = CallScript()
            .expect(DescribeRegistration.self) { _ in
                .init(
                    methods: [], missing: 1, available: [.questions], questions: questions, signInLockedUntil: nil,
                    recoveryBlockedUntil: nil, proofsNeeded: 1)
            }
            .expect(ProveRegistration.self) { _ in .init(handle: try Self.handle(3), expiresAt: Self.soon) }
            .expect(RegisterAnswers.self) { request in
                guard request.answers.map(\.question) == [6, 2, 3, 4, 5],
                    request.answers[0].answer.reads("six")
                else {
                    throw Failure(.answersRefused)
                }
                return .init(method: try MethodID(6), missing: 0)
            }
        let run = try run(
            script, ["register", "questions", "--answers-from", "-"],
            answers: ["old", "6 2 3 4 5", "six", "two", "three", "four", "five"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(script.isDone)
        let removal = CallScript()
            .expect(ProveRegistration.self) { request in
                guard request.code.reads("492039") else { throw Failure(.refused) }
                return .init(handle: try Self.handle(3), expiresAt: Self.soon)
            }
            .expect(RemoveMethod.self) { request in
                guard request.method == (try MethodID(6)) else { throw Failure(.notFound) }
                return .init(missing: 2)
            }
        let removed = try self.run(
            removal, ["register", "remove", "6", "--answers-from", "-"], answers: ["old", "492039"])
        #expect(removed.status == 0, "\(removed.errors)")
        #expect(removal.isDone)
    }

    @Test(arguments: ["y", "n"])
    func asksWhetherContactsAreStillRightAndNotesIt(answer: String) throws {
        let email = RegisteredMethod(
            id: try MethodID(6), kind: .email, hint: "a•••@•••.org", confirmedAt: Self.past, usableFrom: Self.past,
            isDisabled: false)
        let reply = DescribeRegistration.Reply(
            methods: [email], missing: 0, available: [.email], questions: [], signInLockedUntil: nil,
            recoveryBlockedUntil: nil, proofsNeeded: 1, reviewDueAt: Self.past, isReviewDue: true)
        let script = CallScript()
            .expect(DescribeRegistration.self) { _ in reply }
            .expect(ProveRegistration.self) { _ in .init(handle: try Self.handle(3), expiresAt: Self.soon) }
        if answer == "y" {
            script.expect(ReviewContacts.self) { request in
                let handle: RegistrationHandle = try Self.handle(3)
                guard request.handle.secret == handle.secret else { throw Failure(.refused) }
                return .init(reviewDueAt: Self.soon)
            }
        }
        // Where nothing new could be added the wizard ends.
        let ended = try run(script, ["register", "--answers-from", "-"], answers: ["old", answer, "n"])
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(script.isDone && ended.errors.contains("email a•••@•••.org"))
        let status = try run(CallScript().expect(DescribeRegistration.self) { _ in reply }, ["status"])
        #expect(status.errors.contains("Are these addresses and numbers still right?"))
    }

    @Test func showsTheStatusToPeopleAndPrograms() throws {
        let reply = DescribeRegistration.Reply(
            methods: [
                .init(
                    id: try MethodID(6), kind: .email, hint: "a•••@•••.org", confirmedAt: Self.past,
                    usableFrom: Self.past, isDisabled: false)
            ], missing: 1, available: [.totp], questions: [], signInLockedUntil: nil, recoveryBlockedUntil: Self.soon,
            proofsNeeded: 2)
        let friendly = try run(CallScript().expect(DescribeRegistration.self) { _ in reply }, ["status"])
        #expect(friendly.status == 0)
        #expect(friendly.output.contains("Method 6:     email a•••@•••.org, since 1970-01-01T00:00:00Z\n"))
        #expect(friendly.output.contains("Recovery:     locked for "))
        let json = try run(CallScript().expect(DescribeRegistration.self) { _ in reply }, ["--json", "status", "ana"])
        let value = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(value["missing"] as? Int == 1)
        #expect((value["methods"] as? [[String: Any]])?.first?["hint"] as? String == "a•••@•••.org")
    }
}
