import Glibc

/// The command line as the kernel keeps it.
///
/// Swift's runtime finds `argv` by walking back from the environment; a preloaded library that changes the environment before `main` makes
/// it find nothing at all.
enum AgentArguments {
    /// What stands after the program's name.
    static func afterName() throws(SystemError) -> [String] {
        if !CommandLine.arguments.isEmpty { return Array(CommandLine.arguments.dropFirst()) }
        let file = try OpenFile(reading: "/proc/self/cmdline")
        var bytes = [UInt8](repeating: 0, count: 65_536)
        // The kernel writes as much as it has into the buffer, which is lent for the call only.
        let count = unsafe read(file.descriptor, &bytes, bytes.count)
        guard count > 0 else { throw SystemError("/proc/self/cmdline") }
        // Each ends with a zero byte.
        let parts = bytes[..<count].split(separator: 0, omittingEmptySubsequences: false)
        return parts.dropFirst().dropLast().map { String(decoding: $0, as: UTF8.self) }
    }
}
