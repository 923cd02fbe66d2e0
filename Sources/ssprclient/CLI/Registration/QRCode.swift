import Glibc
import SSPRTerminal

/// Draws a QR code with the program `qrencode`, where it is installed.
enum QRCode {
    private static let program = "/usr/bin/qrencode"
    private static let limit = Duration.seconds(5)
    private static let longestDrawing = 65_536

    /// The lines of the drawing in half blocks of UTF-8; nil when there is no such program or it does not succeed.
    static func lines(_ text: String, margin: Int = 4) -> [String]? {
        guard let drawing = run(["-t", "UTF8", "-m", "\(margin)"], text),
            let text = String(validating: drawing, as: UTF8.self)
        else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
        return lines.isEmpty ? nil : lines
    }

    /// The picture as PNG; nil likewise.
    static func picture(_ text: String) -> [UInt8]? { run(["-t", "PNG", "-s", "6", "-o", "-"], text) }

    /// What the program writes about the text, which goes through a pipe: everybody may see a process's arguments.
    private static func run(_ options: [String], _ text: String) -> [UInt8]? {
        guard let input = Pipe(), let output = Pipe(), let process = start(options, input, output) else { return nil }
        close(input.takeReadEnd())
        close(output.takeWriteEnd())
        // A URI fits into a pipe's buffer, so this does not wait for the program.
        let isWritten = StandardStream(descriptor: input.writeEnd).write(text)
        close(input.takeWriteEnd())
        let drawing = isWritten ? read(output.readEnd) : nil
        // A program that still runs has not closed its output in time.
        if drawing == nil { kill(process, SIGKILL) }
        var status: Int32 = 0
        // The pointer is used within the call only.
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status == 0 ? drawing : nil
    }

    private static func start(_ options: [String], _ input: Pipe, _ output: Pipe) -> pid_t? {
        var actions = unsafe posix_spawn_file_actions_t()
        // All pointers below live until posix_spawn has returned; the lists end with nil as it wants.
        guard unsafe posix_spawn_file_actions_init(&actions) == 0 else { return nil }
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input.readEnd, STDIN_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.writeEnd, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var process: pid_t = 0
        let words = [program] + options
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { word in unsafe strdup(word) }
        defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
        unsafe arguments.append(nil)
        var environment: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
        let result = unsafe posix_spawn(&process, program, &actions, nil, &arguments, &environment)
        return result == 0 ? process : nil
    }

    private static func read(_ descriptor: Int32) -> [UInt8]? {
        let started = Stopwatch()
        var drawing: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while drawing.count <= longestDrawing {
            let left = (limit - started.elapsed).components
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // The pointer is used within the call only.
            let ready = unsafe Glibc.poll(&poll, 1, Int32(clamping: max(left.seconds * 1000, 0)))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return nil }
            // The kernel writes at most the buffer's size.
            let got = unsafe part.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if got == 0 { return drawing }
            guard got > 0 else { return nil }
            drawing += part[..<got]
        }
        return nil
    }
}

/// A pipe whose ends are closed with it, and on exec.
private final class Pipe {
    private(set) var readEnd: Int32
    private(set) var writeEnd: Int32

    init?() {
        var ends: [Int32] = [-1, -1]
        // The array has room for both ends.
        guard unsafe pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        if readEnd >= 0 { close(readEnd) }
        if writeEnd >= 0 { close(writeEnd) }
    }

    /// Hands over an end, to be closed early.
    func takeReadEnd() -> Int32 {
        defer { readEnd = -1 }
        return readEnd
    }

    func takeWriteEnd() -> Int32 {
        defer { writeEnd = -1 }
        return writeEnd
    }
}
