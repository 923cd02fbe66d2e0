import ArgumentParser
import Glibc

/// `ssprclient device ...`: handed over to `sspr-device`, which stands beside this program.
///
/// A device signs; this program holds no cryptography (decision 0007).
struct DeviceForwarding: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Be a device that is asked: pair, list, approve, deny, serve.",
        discussion: "Everything behind `device` is given to sspr-device; see: sspr-device --help")

    @Argument(parsing: .captureForPassthrough, help: "What sspr-device is to do.")
    var words: [String] = []

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let program = try Self.program()
        // What was said before `device` counts there too: above all whom to trust.
        let daemon =
            (global.socket.map { ["--socket", $0] } ?? []) + (global.serverUID.map { ["--server-uid", "\($0)"] } ?? [])
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + words + daemon).map { word in
            unsafe strdup(word)
        }
        unsafe arguments.append(nil)
        // The list ends with nil as execv wants; what it points to lives as long as this process.
        unsafe execv(program, &arguments)
        throw CommandFailure(
            .notFound, "sspr-device cannot be started", why: "It was expected at \(program).", next: "make install")
    }

    /// The program beside this one, wherever that was installed; never one that a PATH leads to.
    private static func program() throws(CommandFailure) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        // One byte less than the buffer has, so that a zero is left at its end.
        let length = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = String(decoding: buffer.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let slash = path.lastIndex(of: "/") else {
            throw CommandFailure(
                .software, "sspr-device cannot be found", why: "This program does not know where it is.",
                next: "run sspr-device itself")
        }
        return path[...slash] + "sspr-device"
    }
}
