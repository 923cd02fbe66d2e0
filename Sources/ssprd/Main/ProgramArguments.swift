import Glibc

/// The command line as the kernel keeps it.
///
/// Swift's runtime finds `argv` by walking back from the environment; a preloaded library that changes the environment before `main` makes it
/// find nothing at all, and a daemon that silently forgets `--config` would serve with the wrong rules.
enum ProgramArguments {
    /// What stands after the program's name.
    static func afterName() throws -> [String] {
        if !CommandLine.arguments.isEmpty { return Array(CommandLine.arguments.dropFirst()) }
        let parts = try TextFile.read("/proc/self/cmdline").split(separator: "\0", omittingEmptySubsequences: false)
        return parts.dropFirst().dropLast().map(String.init)
    }
}
