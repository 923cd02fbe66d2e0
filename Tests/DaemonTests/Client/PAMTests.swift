import Foundation
import Glibc
import SSPRProtocol
import SSPRVocabulary
import StrictCBOR
import Testing

/// `ssprclient pam` as pam_exec calls it (attack D10, E2, E3, E4, E9).
@Suite struct PAMTests {
    private static let password = "a long sentence"

    private func pam(
        _ step: String, _ socket: String, token: [UInt8]? = Array(Self.password.utf8) + [0], user: String = "ana",
        type: String? = nil, more: [String: String] = [:], arguments: [String] = []
    ) throws -> ToolRun {
        var environment = more
        environment["PAM_USER"] = user
        environment["PAM_TYPE"] = type ?? step
        return try ToolRun(["pam", step, "--socket", socket] + arguments, input: token, environment: environment)
    }

    private func expect(_ status: Int32, of run: ToolRun, at location: SourceLocation = #_sourceLocation) {
        #expect(run.status == status, sourceLocation: location)
    }

    @Test(arguments: [[0], []] as [[UInt8]])
    func aYesIsZeroAndSaysNothing(end: [UInt8]) throws {
        let script = CallScript().expect(Authenticate.self) { request in
            guard request.account.text == "ana", request.password == Secret(text: Self.password) else {
                throw Failure(.refused)
            }
            return Empty()
        }
        try withFakeDaemon(script.serve) { daemon in
            let run = try pam("auth", daemon.path, token: Array(Self.password.utf8) + end)
            #expect(run.status == 0)
            #expect(run.output.isEmpty && run.errors.isEmpty)
            #expect(script.isDone)
        }
    }

    @Test(arguments: zip(FailureCode.allCases, [76, 77, 75, 1, 75, 75, 76, 76, 76, 76, 76, 70, 76, 76] as [Int32]))
    func everyRefusalHasItsStatus(code: FailureCode, status: Int32) throws {
        let auth = CallScript().expect(Authenticate.self) { _ in throw Failure(code, text: "\u{1b}[2J") }
        let account = CallScript().expect(CheckAccount.self) { _ in throw Failure(code, text: "\u{1b}[2J") }
        for (step, script) in [("auth", auth), ("account", account)] {
            try withFakeDaemon(script.serve) { daemon in
                let run = try pam(step, daemon.path)
                #expect(run.status == status)
                #expect(run.output.isEmpty && !run.errors.contains("\u{1b}"))
                #expect(script.isDone)
            }
        }
    }

    @Test(
        arguments: [
            [], [0xff], Array(repeating: 0xff, count: 64), [0, 0, 0, 1, 2, 2, 1, 1, 0, 0, 0, 1, 0xa0],
            [0, 0, 0, 1, 1, 2, 1, 1, 0, 0, 0, 9, 0xa0], [0, 0, 0, 9, 1, 2, 1, 1, 0, 0, 0, 1, 0xa0],
            [0, 0, 0, 1, 1, 2, 1, 1, 0, 0, 0, 1, 0xff], [0xff, 0xff, 0xff, 0xff, 1, 2, 1, 1, 0, 0, 0, 1],
        ] as [[UInt8]])
    func noOtherBytesAreAYes(answer: [UInt8]) throws {
        try withFakeDaemon { peer in
            _ = peer.next()
            peer.send(answer)
        } _: { daemon in
            let status = try pam("auth", daemon.path).status
            #expect(status == 76 || status == 69)
        }
    }

    @Test func anAbsentDaemonIsANo() throws {
        try expect(69, of: pam("auth", "/nowhere/s"))
        try expect(69, of: pam("account", "/nowhere/s"))
    }

    @Test func aSilentDaemonOrInputHoldsNoLogin() throws {
        try withFakeDaemon { peer in
            while peer.next() != nil {}
        } _: { daemon in
            let started = Date()
            try expect(75, of: pam("auth", daemon.path))
            try expect(75, of: pam("auth", daemon.path, token: nil))
            // Twice five seconds, and four times that for a busy machine.
            #expect(Date().timeIntervalSince(started) < 40)
        }
    }

    @Test func aServerOfAnotherUidIsToldNothing() throws {
        try withFakeDaemon { peer in
            while peer.next() != nil {}
        } _: { daemon in
            try expect(78, of: pam("auth", daemon.path, arguments: ["--server-uid", "\(getuid() + 1)"]))
            while daemon.connections < 1 { usleep(1000) }
            #expect(daemon.received.isEmpty)
        }
    }

    @Test(
        arguments: [
            [], [0], Array(repeating: 0x78, count: 512) + [0], Array(repeating: 0x78, count: 600) + [0],
            Array(repeating: 0x78, count: 512), Array(repeating: 0x78, count: 100_000), [0x78, 0, 0x79, 0],
        ] as [[UInt8]])
    func aTokenThatIsEmptyOrCutIsNotSent(token: [UInt8]) throws {
        try withFakeDaemon { peer in
            while peer.next() != nil {}
        } _: { daemon in
            let run = try pam("auth", daemon.path, token: token)
            #expect(run.status == 65)
            #expect(daemon.received.isEmpty)
        }
    }

    @Test func theLongestTokenIsSentWhole() throws {
        let token = [UInt8](repeating: 0x78, count: 511)
        let script = CallScript().expect(Authenticate.self) { request in
            guard request.password == Secret(token) else { throw Failure(.refused) }
            return Empty()
        }
        try withFakeDaemon(script.serve) { daemon in
            try expect(0, of: pam("auth", daemon.path, token: token + [0]))
        }
    }

    @Test(arguments: ["", "a b", "-x", "ana\n", "ana\u{202e}", String(repeating: "x", count: 65), "../ana"])
    func aNameThatIsNoneIsNotSent(user: String) throws {
        try withFakeDaemon { peer in
            while peer.next() != nil {}
        } _: { daemon in
            try expect(65, of: pam("auth", daemon.path, user: user))
            #expect(daemon.received.isEmpty)
        }
    }

    @Test func wrongCallsAreUsageErrors() throws {
        try expect(64, of: ToolRun(["pam"]))
        try expect(64, of: ToolRun(["pam", "auth"]))
        try expect(64, of: pam("auth", "/nowhere/s", type: "account"))
        try expect(64, of: pam("password", "/nowhere/s"))
        try expect(64, of: pam("auth", "/nowhere/s", arguments: ["--server-uid", "-1"]))
        try expect(64, of: pam("auth", "/nowhere/s", arguments: ["--server-uid"]))
        try expect(64, of: pam("auth", "/nowhere/s", arguments: ["--help", "x"]))
        try expect(64, of: ToolRun(["pam", "auth", "--socket", "/nowhere/s"], environment: ["PAM_TYPE": "auth"]))
    }

    @Test func theRestOfTheEnvironmentDoesNotCount() throws {
        let script = CallScript().expect(Authenticate.self) { _ in Empty() }
        try withFakeDaemon(script.serve) { daemon in
            let hostile = ["SSPR_SOCKET": "/nowhere/s", "HOME": "/nowhere", "USER": "root", "LC_ALL": "\u{1b}[2J"]
            try expect(0, of: pam("auth", daemon.path, more: hostile))
        }
        try withFakeDaemon(CallScript().serve) { daemon in
            let run = try ToolRun(
                ["pam", "account", "--socket", "/nowhere/s"],
                environment: ["PAM_TYPE": "account", "PAM_USER": "ana", "SSPR_SOCKET": daemon.path])
            #expect(run.status == 69)
            #expect(daemon.connections == 0)
        }
    }

    @Test(
        arguments: [
            (nil, ""), (3, " (you can put this off 3 more times)"), (1, " (you can put this off once more)"),
            (0, " (you can put this off no longer)"),
        ] as [(UInt32?, String)])
    func accountSaysHowOftenItMayBePutOff(postponements: UInt32?, ending: String) throws {
        let due = CheckAccount.Reply(missing: 0, isReviewDue: true, postponements: postponements)
        for (reply, line) in [
            (due, "Please look whether your addresses and numbers are still right: ssprclient register"),
            (
                .init(missing: 1, isReviewDue: true, postponements: postponements),
                "To be able to reset a forgotten password, register 1 more method: ssprclient register"
            ),
        ] {
            let script = CallScript().expect(CheckAccount.self) { _ in reply }
            try withFakeDaemon(script.serve) { daemon in
                let run = try pam("account", daemon.path, token: [])
                #expect(run.status == 0)
                #expect(run.output == line + ending + "\n")
            }
        }
    }

    @Test(
        arguments: [
            (0, ""), (1, "To be able to reset a forgotten password, register 1 more method: ssprclient register\n"),
            (2, "To be able to reset a forgotten password, register 2 more methods: ssprclient register\n"),
        ] as [(UInt32, String)])
    func accountReminds(missing: UInt32, line: String) throws {
        let script = CallScript().expect(CheckAccount.self) { _ in .init(missing: missing) }
        try withFakeDaemon(script.serve) { daemon in
            let run = try pam("account", daemon.path, token: [])
            #expect(run.status == 0)
            #expect(run.output == line)
        }
    }
}
