import SSPRAgent

let help = """
    usage: sspr-courier [--socket PATH] [--server-uid UID] (--config FILE | --spool FOLDER)

    Takes messages from ssprd and hands them to a mail program or writes them into a folder.

      --socket PATH       the daemon's socket (\(DaemonAddress.standardSocket))
      --server-uid UID    the user that the daemon must run as
      --config FILE       what to do with messages (YAML)
      --spool FOLDER      for trying out: write messages into FOLDER

    SIGTERM ends it after the message at hand.
    """

AgentMain.run(name: "sspr-courier", help: help, options: ["socket", "server-uid", "config", "spool"]) {
    options, log, stop in
    let address = try DaemonAddress(options)
    let settings =
        switch (options["config"], options["spool"]) {
        case (let file?, nil): try CourierSettings(file: file)
        case (nil, let folder?): try CourierSettings(spool: folder)
        default: throw UsageError("one of --config and --spool is needed")
        }
    return [{ Courier(settings, link: DaemonLink(address, log: log), log: log, stop: stop).serve() }]
}
