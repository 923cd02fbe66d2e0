import Foundation

/// Counts the syncs that this process makes below one folder, as the kernel sees them: strace, attached for a while.
final class SyncTrace {
    enum Unavailable: Error, CustomStringConvertible {
        case reason(String)
        var description: String {
            switch self {
            case .reason(let text): text
            }
        }
    }

    private let strace = Process()
    private let directory: String
    private let output: String

    /// Attaches; throws `Unavailable` where that is not permitted or strace is not there.
    ///
    /// `fault` makes calls fail, in the words of strace's `inject=`.
    init(directory: String, fault: String? = nil) throws {
        self.directory = directory
        output = directory + ".trace"
        // A child inherits the signals that this thread blocks, and strace is ended by one.
        let unblock =
            "import os,signal,sys; signal.pthread_sigmask(signal.SIG_SETMASK, []); os.execvp('strace', sys.argv[1:])"
        strace.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        strace.arguments = [
            python, "-c", unblock, "strace", "-f", "-y", "-e", "trace=fsync,fdatasync,sync_file_range", "-o", output,
            "-p", "\(getpid())",
        ]
        if let fault { strace.arguments?.append(contentsOf: ["-e", "inject=\(fault)"]) }
        // A file and not a pipe: every new thread is announced, and a full pipe would stop strace and all that it traces.
        let messages = output + ".messages"
        _ = FileManager.default.createFile(atPath: messages, contents: nil)
        strace.standardError = FileHandle(forWritingAtPath: messages)
        do { try strace.run() } catch { throw Unavailable.reason("strace cannot be started: \(error)") }
        while true {
            let said = try String(contentsOfFile: messages, encoding: .utf8)
            if said.contains("attached") { break }
            guard strace.isRunning else { throw Unavailable.reason("strace cannot attach: \(said)") }
            usleep(1000)
        }
    }

    /// Detaches and returns the calls below the folder, one line each.
    func finish() throws -> [String] {
        kill(strace.processIdentifier, SIGINT)
        strace.waitUntilExit()
        // A call that was interrupted by another thread's has a second line, without the file.
        return try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").map(String.init)
            .filter { $0.contains("sync(") && $0.contains(directory) }
    }
}
