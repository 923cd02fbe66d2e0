import ArgumentParser
import Glibc
import SSPRProtocol

/// The tree of commands.
struct SSPRClientTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssprclient",
        abstract: "Reset your password, register the ways to do so, and administer ssprd.",
        usage: """
            ssprclient reset ana              you forgot your password
            ssprclient register               add ways to prove who you are
            sudo ssprclient accounts list     who can reset and who cannot
            """,
        discussion: "More: ssprclient help exit-codes | environment | output | pam",
        version: "ssprclient \(Release.version)",
        groupedSubcommands: [
            CommandGroup(
                name: "For people:",
                subcommands: [
                    Reset.self, Unlock.self, Change.self, NotMe.self, Register.self, Status.self, PasswordGroup.self,
                    DeviceForwarding.self,
                ]),
            CommandGroup(
                name: "For administrators:",
                subcommands: [
                    AccountsGroup.self, HelpdeskGroup.self, GroupsGroup.self, LicencesGroup.self, QuestionsGroup.self,
                    PolicyGroup.self, Deliveries.self, ReportGroup.self, AuditGroup.self,
                    ServiceGroup.self,
                ]),
            CommandGroup(name: "For programs:", subcommands: [ProtocolGroup.self]),
        ])

    /// Runs the command that `arguments` name and ends the process.
    static func start(_ arguments: [String]) -> Never {
        if arguments.count == 2, arguments[0] == "help", let topic = HelpTopic(rawValue: arguments[1]) {
            Glibc.exit(StandardStream.output.write(line: topic.text) ? 0 : ExitStatus.output.rawValue)
        }
        // No core file may hold a password. Where that is not granted there is nothing to be done about it.
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        // The pointer is used within the call only.
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        do {
            var command = try parseAsRoot(ArgumentOrder.optionsLast(arguments))
            try command.run()
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            if let hint = Suggestion.forMistyped(arguments) {
                _ = StandardStream.error.write(line: "Did you mean: ssprclient \(hint)")
            }
            // The parser repeats what was typed, whatever it does to a terminal.
            for line in fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false) {
                _ = StandardStream.error.write(line: Printable.escaped(String(line)))
            }
            Glibc.exit(ExitCode.validationFailure.rawValue)
        }
        Glibc.exit(0)
    }
}
