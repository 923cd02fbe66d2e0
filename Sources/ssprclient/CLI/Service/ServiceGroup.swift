import ArgumentParser
import SSPRProtocol

/// `ssprclient service`.
struct ServiceGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service", abstract: "The running daemon itself.", subcommands: [ServiceReload.self])
}

/// `service reload`.
struct ServiceReload: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Have ssprd read its configuration file again, and tell what has changed.",
        discussion: """
            The whole file comes into force, or nothing of it does and you are told why. Socket, state, keys and the cost of hashing need a
            restart. Peers whose roles change are disconnected; all others notice nothing.
            """)

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let reply = try console.call(
            ReloadConfiguration.self, Empty(), doing: "reload the configuration", in: .administration)
        if console.options.isJSON { return try console.print(try JSONBridge.json(of: reply)) }
        try console.print(reply.changes)
        console.say("The configuration file is in force.", .ok)
    }
}
