import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// A message for trying out a route, with a code that is none.
struct Sample {
    private let contact: Recipient
    private let channel: DeliveryChannel
    private let language: LanguageTag?

    /// Reads `--send-test`, `--channel` and `--language`; nil when no sample is asked for.
    init?(_ options: AgentOptions) throws(UsageError) {
        guard let text = options["send-test"] else {
            for name in ["channel", "language"] where options[name] != nil {
                throw UsageError("--\(name) goes with --send-test or --preview")
            }
            return nil
        }
        do { contact = try Recipient(text) } catch { throw UsageError("--send-test: expected \(error)") }
        let fitting: [DeliveryChannel] =
            switch contact {
            case .contact(.phone): [.sms, .voice]
            case .contact(.email): [.email]
            case .device: [.push]
            }
        // Almost any word could be a wake address: a mistyped address must not become one.
        let usual = fitting[0] == .push ? nil : fitting[0]
        guard let channel = options["channel"].map(DeliveryChannel.init) ?? usual, fitting.contains(channel) else {
            let accepted = fitting.map(\.rawValue).joined(separator: " or ")
            throw UsageError("--channel: expected \(accepted) for this contact")
        }
        self.channel = channel
        do { language = try options["language"].map { try Language.accepted($0) } } catch {
            throw UsageError("--language: expected \(error)")
        }
    }

    /// Sends it through the route of its channel; false when no transport took it.
    func send(_ settings: CourierSettings) throws -> Bool {
        guard let route = settings.route(of: channel) else {
            throw UsageError("there is no route for \(channel.rawValue)")
        }
        let now = Timestamp.now
        // A number of its own: a gateway may drop what it has seen before.
        let job = DeliveryJob(
            id: try DeliveryID(UInt64(clamping: now.milliseconds)), lease: 1, channel: channel, contact: contact,
            kind: channel == .push ? .approvalWaiting : .confirmationCode,
            account: try AccountName("sample"), code: OneTimeCode(number: 12_345_678, digits: 8), happenedAt: now,
            expiresAt: Timestamp(milliseconds: now.milliseconds + 600_000), language: language)
        let message = try OutgoingMessage(job, sender: settings.sender, now: now)
        let ending = route.deliver(message, before: .now + Route.limit) { transport, verdict in
            print("\(transport): \(verdict.outcome.rawValue), \(verdict.detail)")
        }
        return ending.outcome == .accepted
    }
}
