import ArgumentParser
import Logging

/// `ssprd serve`: answers calls until it is told to stop.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answers calls on the socket until SIGTERM or SIGINT; at SIGHUP it reads the configuration again.")

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Log every call: number, role and outcome, never content.")
    var verbose = false

    func run() throws {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var log = Logger(label: "ssprd")
        log.logLevel = verbose ? .debug : .info
        do {
            try Daemon(options, log: log).serve()
        } catch {
            log.critical("\(error)")
            throw ExitCode(StartFailure.exitCode(of: error))
        }
    }
}
