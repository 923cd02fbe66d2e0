import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// Runs a program with the interface of sendmail: `COMMAND -i -f FROM -- TO`, the message on standard input.
struct SendmailTransport: Transport {
    let command: [String]
    let from: EmailAddress
    let limit: Duration

    var channels: Set<DeliveryChannel> { [.email] }

    func deliver(_ message: OutgoingMessage, within limit: Duration) -> Verdict {
        let letter: Letter
        do throws(MessageError) {
            letter = try message.letter()
        } catch {
            return Verdict(outcome: .refused, detail: "\(error)", fault: .misconfigured)
        }
        // `-i`: a line with a single dot does not end the message. `--`: an address is never an option.
        let program = ChildProgram(command + ["-i", "-f", from.text, "--", message.job.contact.text])
        let result = program.run(input: letter.rendered(.lf), limit: limit)
        let complaint = PrintableText.masked(result.complaint, limit: 200)
        switch result.ending {
        case .exited(let code):
            let said = complaint.isEmpty ? "" : ": \(complaint)"
            return Verdict(
                outcome: SendmailExit.outcome(code), detail: "exit code \(code)\(said)", fault: SysExit.fault(code))
        case .signalled(let number):
            return Verdict(outcome: .retry, detail: "ended by signal \(number)")
        case .timedOut:
            return Verdict(outcome: .retry, detail: "killed after \(limit)", fault: .timedOut)
        case .notStarted(let error):
            return Verdict(outcome: .retry, detail: "cannot be started: \(error)", fault: .misconfigured)
        }
    }
}

/// What the exit codes of sendmail programs mean (`sysexits.h`; msmtp 1.8 was tried).
///
/// | code | name | outcome | why |
/// | --- | --- | --- | --- |
/// | 0 | EX_OK | accepted | the next hop has it |
/// | 65 | EX_DATAERR | refused | msmtp: the relay refused the recipient for good (5xx), which may be its own rule |
/// | 67 | EX_NOUSER | unknown recipient | there is no such mailbox |
/// | 64 | EX_USAGE | retry | the command is configured wrongly, which an operator can repair |
/// | 68 | EX_NOHOST | retry | msmtp means the relay's own name, which a name service may know again later |
/// | 69 | EX_UNAVAILABLE | retry | msmtp: 4xx, or a certificate that is not trusted |
/// | 70 to 76 | | retry | faults of the system, of the network, of the protocol |
/// | 77, 78 | EX_NOPERM, EX_CONFIG | retry | a wrong password or file, which an operator can repair |
/// | others | | retry | unknown; the daemon stops when the message expires |
enum SendmailExit {
    static func outcome(_ code: Int32) -> Verdict.Outcome {
        switch code {
        case 0: .accepted
        case 65: .refused
        case 67: .unknownRecipient
        default: .retry
        }
    }
}
