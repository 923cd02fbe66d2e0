import Glibc

/// What both agents do around their own work.
public enum AgentMain {
    /// Reads the command line, runs `body`, and turns what it throws into a line and an exit code of `sysexits.h`.
    ///
    /// `body` gets the options and returns the loops to run, each on a thread of its own; it never comes back from here.
    public static func run(
        name: String, help: String, options names: Set<String>, flags: Set<String> = [],
        _ body: (AgentOptions, AgentLog, StopSignal) throws -> [@Sendable () -> Never]
    ) -> Never {
        let log = AgentLog(name: name)
        do {
            let options = try AgentOptions(AgentArguments.afterName(), names: names, flags: flags)
            if options.wantsHelp {
                print(help)
                exit(Code.success)
            }
            try ProcessSetup.harden()
            // Before any thread begins: threads inherit which signals are held back.
            let stop = StopSignal()
            for loop in try body(options, log, stop) { AgentThread.start(loop) }
            stop.listen()
        } catch let error as UsageError {
            log.note("\(error); see --help")
            exit(Code.usage)
        } catch let error as SettingsError {
            log.note("\(error)")
            exit(Code.configuration)
        } catch {
            log.note("\(error)")
            exit(Code.systemFault)
        }
    }

    /// Exit codes of `sysexits.h`, which Glibc's module does not show.
    private enum Code {
        static let success: Int32 = 0
        static let usage: Int32 = 64
        static let systemFault: Int32 = 71
        static let configuration: Int32 = 78
    }
}
