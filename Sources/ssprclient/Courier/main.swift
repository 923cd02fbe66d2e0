import Glibc
import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

let help = """
    usage: sspr-courier [--socket PATH] [--server-uid UID] (--config FILE | --spool FOLDER)
           sspr-courier --config FILE --check
           sspr-courier --config FILE --send-test CONTACT [--channel CHANNEL] [--language TAG]
           sspr-courier --config FILE --preview KIND [--channel CHANNEL] [--language TAG]

    Takes messages from ssprd and hands them to programs and gateways, or writes them into a folder.

      --socket PATH        the daemon's socket (\(DaemonAddress.standardSocket))
      --server-uid UID     the user that the daemon must run as
      --config FILE        what to do with messages (YAML)
      --spool FOLDER       for trying out: write the messages of all channels into FOLDER
      --check              look at the configuration and end
      --send-test CONTACT  send a sample to an address, a number or a wake address, without a daemon, say what each transport did, and end
      --preview KIND       print what people would read and hear, without a daemon, and end; all, or a kind such as passwordReset
      --channel CHANNEL    for sample and preview: email, sms, voice or push (usual for a number: sms)
      --language TAG       for sample and preview: one of \(Language.all.map(\.tag.text).joined(separator: ", ")), or such as de-AT

    SIGTERM ends it after the messages at hand.
    """

AgentMain.run(
    name: "sspr-courier", help: help,
    options: ["socket", "server-uid", "config", "spool", "send-test", "preview", "channel", "language"],
    flags: ["check"]
) { options, log, stop in
    let address = try DaemonAddress(options)
    let preview = try Preview(options)
    let sample = preview == nil ? try Sample(options) : nil
    try HTTPEndpoint.start()
    let settings =
        switch (options["config"], options["spool"]) {
        case (let file?, nil): try CourierSettings(file: file)
        case (nil, let folder?): try CourierSettings(spool: folder)
        default: throw UsageError("one of --config and --spool is needed")
        }
    if options.has("check") {
        print("configuration is good")
        exit(0)
    }
    if let preview {
        try preview.show(settings.sender)
        exit(0)
    }
    if let sample { exit(try sample.send(settings) ? 0 : 1) }
    return settings.lines.map { line in
        { Courier(line, sender: settings.sender, link: DaemonLink(address, log: log), log: log, stop: stop).serve() }
    }
}
