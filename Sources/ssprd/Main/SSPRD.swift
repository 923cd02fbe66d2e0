import ArgumentParser
import SSPRProtocol

/// Where the program begins.
@main
enum Entry {
    static func main() {
        do {
            SSPRD.main(try ProgramArguments.afterName())
        } catch {
            SSPRD.exit(withError: error)
        }
    }
}

/// The daemon's command line.
struct SSPRD: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssprd",
        abstract: "Self-service password reset for Linux: the daemon.",
        discussion: "People use ssprclient. Without a subcommand the daemon serves.",
        version: Release.version,
        subcommands: [Serve.self, CheckConfiguration.self, Spec.self, FilterGroup.self, KeysGroup.self],
        defaultSubcommand: Serve.self)
}
