import Foundation
import SSPRProtocol
import SSPRVocabulary
import Testing

/// People's commands for phones and devices, driven by answers, against a daemon that plays its part from a script.
@Suite struct PhoneCommandTests {
    private static let soon = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) + 600_000)

    private static func handle<Purpose>(_ byte: UInt8) throws -> Token<Purpose> {
        try Token(Secret([UInt8](repeating: byte, count: 32)))
    }

    private func run(_ script: CallScript, _ arguments: [String], answers: [String]) throws -> ToolRun {
        try withFakeDaemon(script.serve) { daemon in
            try ToolRun(
                ["--socket", daemon.path] + arguments + ["--answers-from", "-"],
                input: Array(answers.map { $0 + "\n" }.joined().utf8), environment: ["USER": "ana"])
        }
    }

    /// A recovery that offers this method alone.
    private func offering(_ method: OfferedMethod) -> CallScript {
        CallScript().expect(BeginRecovery.self) { _ in
            .init(handle: try Self.handle(1), expiresAt: Self.soon, proofsNeeded: 1, methods: [method])
        }
    }

    private func unlocking(_ script: CallScript) -> CallScript {
        script.expect(UnlockAccount.self) { _ in Empty() }
    }

    @Test(arguments: [("text", DeliveryChannel.sms), ("", .sms), ("call", .voice)])
    func aPhoneAsksForTheWholeNumberAndTheWay(_ answer: String, _ channel: DeliveryChannel) throws {
        let script = unlocking(
            offering(
                OfferedMethod(
                    choice: 4, kind: .mobilePhone, hint: "+•• ••••••42", channels: [.sms, .voice],
                    confirmsContact: true)
            )
            .expect(SendChallenge.self) { request in
                guard request.choice == 4, request.channel == channel, request.contact?.text == "+493055512342" else {
                    throw Failure(.refused)
                }
                return .init(expiresAt: Self.soon, resendAt: Self.soon, questions: [])
            }
            .expect(AnswerChallenge.self) { request in
                guard request.choice == 4, request.code?.secret.revealText() == "20481632" else {
                    throw Failure(.refused)
                }
                return .init(proofsMissing: 0, methods: [], grant: try Self.handle(2))
            })
        // Written as people write numbers.
        let run = try run(script, ["unlock", "ana"], answers: ["+49 (30) 555-12342", answer, "20481632"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(script.isDone && run.errors.contains("If that is your number"))
    }

    @Test func whatIsNoNumberIsNotSent() throws {
        let script = offering(
            OfferedMethod(
                choice: 4, kind: .mobilePhone, hint: "+•• ••••••42", channels: [.sms, .voice], confirmsContact: true))
        let run = try run(script, ["unlock", "ana"], answers: ["030 5551 2342"])
        #expect(run.status == 65 && run.errors.contains("+493012345678"), "\(run.errors)")
    }

    @Test func aDevicesNumberIsShownAndItsAnswerAwaited() throws {
        let script = unlocking(
            offering(OfferedMethod(choice: 4, kind: .push, hint: nil))
                .expect(SendChallenge.self) { request in
                    guard request.choice == 4, request.contact == nil else { throw Failure(.refused) }
                    return .init(expiresAt: Self.soon, resendAt: Self.soon, questions: [], number: 7)
                }
                .expect(AnswerChallenge.self) { request in
                    guard request.code == nil, request.answers == nil else { throw Failure(.refused) }
                    return .init(proofsMissing: 1, methods: [], grant: nil, isWaiting: true)
                }
                .expect(AnswerChallenge.self) { _ in
                    .init(proofsMissing: 0, methods: [], grant: try Self.handle(2))
                })
        let run = try run(script, ["unlock", "ana"], answers: [])
        #expect(run.status == 0, "\(run.errors)")
        #expect(script.isDone && run.errors.contains("Type there: 07") && run.errors.contains("Still waiting"))
    }

    @Test func registersAnOfficePhoneAndADevice() throws {
        let script = CallScript()
            .expect(ProveRegistration.self) { _ in .init(handle: try Self.handle(3), expiresAt: Self.soon) }
            .expect(BeginEnrolment.self) { request in
                guard request.kind == .officePhone, request.contact?.text == "+493055512342;ext=7" else {
                    throw Failure(.refused)
                }
                return .init(enrolment: try EnrolmentID(5), expiresAt: Self.soon, key: nil)
            }
            .expect(ConfirmEnrolment.self) { _ in .init(method: try MethodID(6), missing: 0) }
        let office = try run(script, ["register", "office", "+493055512342;ext=7"], answers: ["old", "20481632"])
        #expect(office.status == 0 && script.isDone, "\(office.errors)")
        let invitation = PairingInvitation(
            instance: .wireSample, host: .localhost, account: try AccountName("ana"), enrolment: try EnrolmentID(5),
            secret: try Self.handle(9), expiresAt: Self.soon)
        let pairing = CallScript()
            .expect(ProveRegistration.self) { _ in .init(handle: try Self.handle(3), expiresAt: Self.soon) }
            .expect(BeginEnrolment.self) { request in
                guard request.kind == .push, request.contact == nil else { throw Failure(.refused) }
                return .init(enrolment: try EnrolmentID(5), expiresAt: Self.soon, key: nil, pairing: invitation)
            }
            .expect(ConfirmEnrolment.self) { request in
                guard request.code.secret.revealText() == "20481632" else { throw Failure(.refused) }
                return .init(method: try MethodID(5), missing: 0)
            }
        let device = try run(pairing, ["register", "device"], answers: ["old", "20481632"])
        #expect(device.status == 0 && pairing.isDone, "\(device.errors)")
        #expect(device.output.hasPrefix("Pairing: SSPR1:"))
    }
}
