import Glibc
import SSPRAgent
import SSPRClient
import SSPRProtocol

let help = """
    usage: sspr-device pair|list|approve|deny|serve [--file FILE] [--socket PATH] [--server-uid UID]

    A device that is asked when its owner recovers an account.

      pair                       become a device: reads the pairing text of `ssprclient register device`
      list [--json]              what waits for this device (up to 30 s)
      approve [--number NN]      approve with the number that the recovering terminal shows
      deny                       it was not you: the recovery ends
      serve                      wait for questions and ask about each
      vectors                    print test vectors for whoever writes a device (spec/vectors/devices.json)

      --wake-address ADDRESS     with pair: where a push service wakes this device, such as a topic
      --file FILE                the device's own file (~/.sspr-device)
      --passphrase-file FILE     its passphrase, for programs
      --question ID              the question to answer, when several wait
      --socket PATH              the daemon's socket (SSPR_SOCKET, or \(Client.defaultPath))
      --server-uid UID           the user that the daemon must run as
    """

/// Says what went wrong and ends with the status of `ssprclient help exit-codes`.
func end(_ status: DeviceError.Status, _ what: String, next: String? = nil) -> Never {
    AgentLog(name: "sspr-device").note(what + (next.map { "; next: \($0)" } ?? ""))
    exit(status.rawValue)
}

do {
    let arguments = CommandLine.arguments.dropFirst()
    let names: Set = ["file", "passphrase-file", "number", "question", "socket", "server-uid", "wake-address"]
    let options = try AgentOptions(arguments.dropFirst(), names: names, flags: ["json"])
    guard let command = arguments.first, !["--help", "-h"].contains(command), !options.wantsHelp else {
        print(help)
        exit(0)
    }
    try ProcessSetup.harden()
    try Commands(options).run(command)
} catch let error as DeviceError {
    end(error.status, error.what, next: error.next)
} catch let error as UsageError {
    end(.usage, "\(error); see --help")
} catch ClientError.failure(let failure) {
    switch failure.code {
    case .refused:
        end(
            .refused,
            "ssprd did not accept that: a wrong number, an old question or pairing text, or a device that was removed")
    case .conflict:
        end(.refused, "another device was paired with that text", next: "begin again: ssprclient register device")
    case .throttled: end(.tryLater, "recovery of that account is blocked for a while")
    default: end(.tryLater, "ssprd refused: \(failure.code.name)")
    }
} catch let error as ClientError {
    end(.unreachable, "\(error)", next: "is ssprd running? --socket says where")
} catch {
    end(.software, "\(error)")
}
