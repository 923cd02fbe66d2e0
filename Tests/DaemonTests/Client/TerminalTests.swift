import Foundation
import Glibc
import SSPRProtocol
import SSPRVocabulary
import Testing

/// Questions at a real terminal, which the program `script` provides: nothing hidden is shown, and the terminal is left as it was
/// (attack E11).
@Suite struct TerminalTests {
    private static let terminal = "/usr/bin/script"

    /// What a person does: waits for a text and types, or sends the tool a signal.
    private enum Deed {
        case type(String, after: String)
        case signal(String, after: String)
    }

    /// Runs the tool in a terminal between two `stty -a` and returns all that was shown.
    private func session(_ socket: String, _ arguments: String, _ deeds: [Deed]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.terminal)
        let tool = "\(ToolRun.program) \(arguments) --socket \(socket)"
        // The tool's number is told by the shell that becomes the tool.
        process.arguments = [
            "-qec", "trap : INT QUIT; stty -a; sh -c 'echo pid=$$.; exec \(tool)'; echo status=$?.; stty -a",
            "/dev/null",
        ]
        process.environment = ToolRun.sanitizerOptions.merging([
            "USER": "ana", "PATH": "/usr/bin:/bin", "TERM": "dumb", "SHELL": "/bin/sh",
        ]) { $1 }
        let ends = (input: Pipe(), output: Pipe())
        process.standardInput = ends.input
        process.standardOutput = ends.output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var shown = Data()
        var seen = 0
        /// Reads until `text` has been shown after everything that was waited for before.
        func wait(for text: String) throws {
            while true {
                if let range = shown[seen...].range(of: Data(text.utf8)) {
                    seen = range.upperBound
                    return
                }
                var ready = pollfd(
                    fd: ends.output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
                // A local that outlives the call.
                let count = unsafe poll(&ready, 1, 60_000)
                try #require(count == 1, "\(text) does not come: \(String(decoding: shown, as: UTF8.self))")
                let more = ends.output.fileHandleForReading.availableData
                try #require(!more.isEmpty, "\(text) was not shown: \(String(decoding: shown, as: UTF8.self))")
                shown += more
            }
        }
        for deed in deeds {
            switch deed {
            case .type(let keys, let text):
                try wait(for: text)
                try ends.input.fileHandleForWriting.write(contentsOf: Data(keys.utf8))
                // Hidden keys show nothing: wait at least until `script` has taken them, and give it a moment to pass them on.
                var waiting: Int32 = 1
                while waiting > 0 {
                    usleep(50_000)
                    let descriptor = ends.input.fileHandleForWriting.fileDescriptor
                    guard unsafe ioctl(descriptor, UInt(FIONREAD), &waiting) == 0 else { throw POSIXError(.EIO) }
                }
                usleep(200_000)
            case .signal(let name, let text):
                try wait(for: text)
                let all = String(decoding: shown, as: UTF8.self)
                let pid = try #require(all.components(separatedBy: "pid=").last?.components(separatedBy: ".").first)
                let kill = Process()
                kill.executableURL = URL(fileURLWithPath: "/bin/sh")
                kill.arguments = ["-c", "kill -\(name) \(pid)"]
                try kill.run()
                kill.waitUntilExit()
            }
        }
        shown += ends.output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: shown, as: UTF8.self)
    }

    /// Fails unless the terminal's settings are the same before and after, with echo.
    private func expectRestored(_ shown: String, at location: SourceLocation = #_sourceLocation) throws {
        let lines = shown.components(separatedBy: "\r\n").filter { $0.contains(" echo ") }
        #expect(lines.count == 2 && lines.first == lines.last, "\(shown)", sourceLocation: location)
    }

    private func changing() -> CallScript {
        CallScript().expect(ChangePassword.self) { request in
            guard request.current.reads("old secret"), request.new.reads("new secret") else {
                throw Failure(.refused)
            }
            return Empty()
        }
    }

    @Test func hiddenAnswersAreNotShownAndTypedTwice() throws {
        let script = changing()
        try withFakeDaemon(script.serve) { daemon in
            let shown = try session(
                daemon.path, "change",
                [
                    .type("old secret\n", after: "Present password"), .type("new secret\n", after: "New password"),
                    .type("other secret\n", after: "Again:"), .type("new secret\n", after: "New password"),
                    .type("new secret\n", after: "Again:"),
                ])
            #expect(shown.contains("The two are not the same."))
            #expect(shown.contains("status=0."))
            #expect(!shown.contains("secret"))
            try expectRestored(shown)
        }
        #expect(script.isDone)
    }

    @Test(arguments: [("INT", 130), ("TERM", 143), ("HUP", 129), ("QUIT", 131)])
    func aSignalInTheMiddleOfAPasswordLeavesNothing(name: String, status: Int) throws {
        try withFakeDaemon(changing().serve) { daemon in
            let shown = try session(
                daemon.path, "change", [.type("half a sec", after: "Present password"), .signal(name, after: "):")])
            #expect(shown.contains("status=\(status)."), "\(shown)")
            #expect(!shown.contains("half"))
            try expectRestored(shown)
        }
    }

    @Test func controlCAndTheEndOfInputCancel() throws {
        for key in ["half\u{3}", "\u{4}"] {
            try withFakeDaemon(changing().serve) { daemon in
                let shown = try session(daemon.path, "change", [.type(key, after: "Present password")])
                #expect(shown.contains("status=130."), "\(shown)")
                #expect(shown.contains("ssprclient: cancelled"))
                try expectRestored(shown)
            }
        }
    }

    @Test func aPersonMayTryAgainAndIsToldHow() throws {
        let soon = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) + 600_000)
        let past = Timestamp(milliseconds: 0)
        let handle = Secret([UInt8](repeating: 1, count: 32))
        let script = CallScript()
            .expect(BeginRecovery.self) { _ in
                .init(
                    handle: try RecoveryHandle(handle), expiresAt: soon, proofsNeeded: 1,
                    methods: [.init(choice: 4, kind: .email, hint: "a•••"), .init(choice: 5, kind: .totp, hint: nil)])
            }
            .expect(SendChallenge.self) { _ in .init(expiresAt: soon, resendAt: past, questions: []) }
            // An empty line asks for another code.
            .expect(SendChallenge.self) { _ in .init(expiresAt: soon, resendAt: soon, questions: []) }
            .expect(AnswerChallenge.self) { _ in throw Failure(.refused) }
            .expect(AnswerChallenge.self) { request in
                guard request.choice == 5, request.code.reads("123456") else {
                    throw Failure(.refused)
                }
                return .init(proofsMissing: 0, methods: [], grant: try RecoveryGrant(handle))
            }
            .expect(UnlockAccount.self) { _ in Empty() }
        try withFakeDaemon(script.serve) { daemon in
            let shown = try session(
                daemon.path, "unlock",
                [
                    .type("9\n", after: "Which one"), .type("\n", after: "Which one"), .type("\n", after: "Code (you"),
                    .type("abc\n", after: "Code (you"), .type("1234 5678\n", after: "Code (you"),
                    .type("totp\n", after: "Which one"), .type("123 456\n", after: "Code that"),
                ])
            #expect(shown.contains("status=0."), "\(shown)")
            #expect(shown.contains("ana is unlocked."))
            try expectRestored(shown)
        }
        #expect(script.isDone, "\(script.asked)")
    }

    @Test func givingUpEndsTheRecovery() throws {
        let soon = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) + 600_000)
        let script = CallScript()
            .expect(BeginRecovery.self) { _ in
                .init(
                    handle: try RecoveryHandle(Secret([UInt8](repeating: 1, count: 32))), expiresAt: soon,
                    proofsNeeded: 1,
                    methods: [.init(choice: 5, kind: .totp, hint: nil)])
            }
            .expect(CancelRecovery.self) { _ in Empty() }
        try withFakeDaemon(script.serve) { daemon in
            let shown = try session(daemon.path, "reset", [.type("\u{3}", after: "Code that")])
            #expect(shown.contains("status=130."), "\(shown)")
        }
        #expect(script.isDone)
    }

    /// `?` says where the code is; when nobody delivers, another method is offered at once, and `other` leads there.
    @Test func aPersonIsToldWhereTheCodeIsAndMayGoAnotherWay() throws {
        let soon = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) + 600_000)
        let handle = Secret([UInt8](repeating: 1, count: 32))
        let script = CallScript()
            .expect(BeginRecovery.self) { _ in
                .init(
                    handle: try RecoveryHandle(handle), expiresAt: soon, proofsNeeded: 1,
                    methods: [.init(choice: 4, kind: .email, hint: "a•••"), .init(choice: 5, kind: .totp, hint: nil)])
            }
            .expect(SendChallenge.self) { _ in .init(expiresAt: soon, resendAt: soon, questions: []) }
            .expect(TraceRecovery.self) { request in
                guard request.choice == 4, request.known == nil else { throw Failure(.malformed) }
                return .init(state: .queued, isExact: false, channel: .email, isServed: true, usualSeconds: 3)
            }
            // An empty line, while no other code can be sent yet.
            .expect(TraceRecovery.self) { _ in
                .init(state: .queued, isExact: false, channel: .email, isServed: false)
            }
            .expect(TraceRecovery.self) { _ in throw Failure(.busy, retryAfter: 1000) }
            .expect(AnswerChallenge.self) { request in
                guard request.choice == 5 else { throw Failure(.refused) }
                return .init(proofsMissing: 0, methods: [], grant: try RecoveryGrant(handle))
            }
            .expect(UnlockAccount.self) { _ in Empty() }
        try withFakeDaemon(script.serve) { daemon in
            let shown = try session(
                daemon.path, "unlock",
                [
                    .type("1\n", after: "Which one"), .type("?\n", after: "?: where it is"),
                    .type("\n", after: "?: where it is"), .type("?\n", after: "?: where it is"),
                    .type("other\n", after: "?: where it is"), .type("123456\n", after: "Code that"),
                ])
            for told in ["usually within 3 s", "Type other to use another method.", "cannot be said"] {
                #expect(shown.contains(told), "\(shown)")
            }
            #expect(shown.contains("status=0."), "\(shown)")
            #expect(shown.contains("Nobody delivers mail at the moment"))
            #expect(shown.components(separatedBy: "Nothing arrived?").count == 2)
            try expectRestored(shown)
        }
        #expect(script.isDone, "\(script.asked)")
    }
}
