import SSPRAgent

let help = """
    usage: sspr-writeback [--socket PATH] [--server-uid UID] --config FILE
           sspr-writeback [--socket PATH] [--server-uid UID] --target shadow [--root FOLDER] [--chpasswd PATH]

    Checks and sets passwords at targets for ssprd.

      --socket PATH       the daemon's socket (\(DaemonAddress.standardSocket))
      --server-uid UID    the user that the daemon must run as
      --config FILE       the targets to serve (YAML)
      --target shadow     serve this host's /etc/shadow without a configuration file
      --root FOLDER       the /etc/shadow below FOLDER instead
      --chpasswd PATH     the program that sets passwords (\(ShadowSettings.standardProgram))

    SIGTERM ends it after the order at hand.
    """

AgentMain.run(
    name: "sspr-writeback", help: help, options: ["socket", "server-uid", "config", "target", "root", "chpasswd"]
) { options, log, stop in
    let address = try DaemonAddress(options)
    return try WritebackSettings.targets(options).map { target in
        { TargetAgent(target, link: DaemonLink(address, log: log), log: log, stop: stop).serve() }
    }
}
