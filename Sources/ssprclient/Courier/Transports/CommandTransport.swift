import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// Runs a program with fixed arguments; what is to be said goes to its standard input only (attack E7).
struct CommandTransport: Transport {
    /// How the message is written on standard input.
    enum Format: String, CaseIterable {
        /// What it says, without a line end: some programs would send that too.
        case text
        /// An object with `id`, `channel`, `kind`, `number` and `extension` (or `to`), `language`, `text` and, for code messages, `code`.
        case json
    }

    let program: String
    let arguments: [Template]
    let format: Format
    let limit: Duration
    /// By what its arguments name: a number, a wake address, or either on standard input.
    let channels: Set<DeliveryChannel>

    func deliver(_ message: OutgoingMessage, within limit: Duration) -> Verdict {
        let values: TemplateValues
        do throws(MessageError) {
            values = try TemplateValues(message)
        } catch {
            return Verdict(outcome: .refused, detail: "\(error)", fault: .misconfigured)
        }
        let filled = arguments.map { $0.text(values) }
        let result = ChildProgram([program] + filled).run(input: input(message, values), limit: limit)
        return Self.verdict(result, limit: limit, complaint: message.discreet(result.complaint))
    }

    private func input(_ message: OutgoingMessage, _ values: TemplateValues) -> Secret {
        .assembled(capacity: 4096) { bytes in
            switch format {
            case .text: values.text.append(to: &bytes)
            case .json: Self.appendObject(message, values, to: &bytes)
            }
        }
    }

    private static func appendObject(_ message: OutgoingMessage, _ values: TemplateValues, to bytes: inout [UInt8]) {
        let job = message.job
        bytes += Array(
            "{\"id\":\(values.id),\"channel\":\"\(job.channel.rawValue)\",\"kind\":\"\(job.kind.rawValue)\",".utf8)
        bytes += Array((values.phone == nil ? "\"to\":" : "\"number\":").utf8)
        FieldEncoding.appendJSON((values.phone?.number ?? values.to).utf8, to: &bytes)
        if let digits = values.phone?.extension {
            bytes += Array(",\"extension\":".utf8)
            FieldEncoding.appendJSON(digits.utf8, to: &bytes)
        }
        bytes += Array(",\"language\":\"\(values.language)\",\"text\":".utf8)
        FieldEncoding.withWiped {
            values.text.append(to: &$0)
        } _: {
            FieldEncoding.appendJSON($0, to: &bytes)
        }
        if job.kind.carriesCode, let code = job.code {
            bytes += Array(",\"code\":\"".utf8)
            bytes.append(code.secret)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes += Array("}\n".utf8)
    }

    /// What a program's end means (`sysexits.h`).
    ///
    /// | code | name | outcome | why |
    /// | --- | --- | --- | --- |
    /// | 0 | EX_OK | accepted | it has the message |
    /// | 67 | EX_NOUSER | unknown recipient | the program is certain: no transport need try |
    /// | 65, 68 | EX_DATAERR, EX_NOHOST | refused | not this text or this network, for good |
    /// | 69, 75 | EX_UNAVAILABLE, EX_TEMPFAIL | retry | not now |
    /// | others, signals, time limit | | retry | an operator can repair it, or nobody knows |
    private static func verdict(_ result: ChildProgram.Result, limit: Duration, complaint: String) -> Verdict {
        let said = complaint.isEmpty ? "" : ": \(complaint)"
        switch result.ending {
        case .exited(let code):
            let outcome: Verdict.Outcome =
                switch code {
                case 0: .accepted
                case 67: .unknownRecipient
                case 65, 68: .refused
                default: .retry
                }
            return Verdict(outcome: outcome, detail: "exit code \(code)\(said)", fault: SysExit.fault(code))
        case .signalled(let number):
            return Verdict(outcome: .retry, detail: "ended by signal \(number)\(said)")
        case .timedOut:
            return Verdict(outcome: .retry, detail: "killed after \(limit)\(said)", fault: .timedOut)
        case .notStarted(let error):
            return Verdict(outcome: .retry, detail: "cannot be started: \(error)", fault: .misconfigured)
        }
    }
}
