import ArgumentParser
import SSPRProtocol

/// The daemon's command line.
@main
struct SSPRD: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssprd",
        abstract: "Self-service password reset for Linux: the daemon.",
        discussion: "People use ssprclient. Without a subcommand the daemon serves.",
        version: Release.version,
        subcommands: [Serve.self, CheckConfiguration.self, Spec.self],
        defaultSubcommand: Serve.self)
}
