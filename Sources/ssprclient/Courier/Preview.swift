import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// What people would read and hear, with sample facts: for whoever runs a house and wants to see it before anybody else does.
struct Preview {
    private let kinds: [MessageKind]
    private let channels: [DeliveryChannel]
    private let languages: [LanguageTag]

    /// Reads `--preview`, `--channel` and `--language`; nil when no preview is asked for.
    init?(_ options: AgentOptions) throws(UsageError) {
        guard let name = options["preview"] else { return nil }
        guard name == "all" || MessageKind(rawValue: name) != nil else {
            let accepted = MessageKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("--preview: expected all, \(accepted)")
        }
        kinds = MessageKind.allCases.filter { name == "all" || $0.rawValue == name }
        let wanted = options["channel"]
        channels = DeliveryChannel.allCases.filter { wanted == nil || $0.rawValue == wanted }
        guard !channels.isEmpty else {
            let accepted = DeliveryChannel.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("--channel: expected one of \(accepted)")
        }
        do { languages = try options["language"].map { [try Language.accepted($0)] } ?? Language.all.map(\.tag) } catch
        {
            throw UsageError("--language: expected \(error)")
        }
    }

    /// Prints each message below a line that says which it is; a text message with its size.
    func show(_ sender: SenderSettings) throws {
        for kind in kinds {
            for channel in channels where (channel == .push) == (kind == .approvalWaiting) {
                for language in languages { try show(kind, channel, language, sender) }
            }
        }
    }

    private func show(
        _ kind: MessageKind, _ channel: DeliveryChannel, _ language: LanguageTag, _ sender: SenderSettings
    ) throws {
        let message = try OutgoingMessage(
            Self.job(kind, channel, language), sender: sender, now: Self.moment)
        let secret: Secret =
            switch channel {
            case .email: try message.letter().rendered(.lf)
            case .sms, .voice, .push: .assembled(capacity: 4096) { message.line.append(to: &$0) }
            }
        // Its code is a sample's, and may be seen.
        let text = secret.revealText() ?? ""
        var title = "\(kind.rawValue), \(channel.rawValue), \(language.text)"
        if channel == .sms {
            let size = TextMessage.Size(text)
            title += ", \(size.used) of \(size.limit) characters"
        }
        print("--- \(title)\n\(text)")
    }

    private static func job(
        _ kind: MessageKind, _ channel: DeliveryChannel, _ language: LanguageTag
    ) throws -> DeliveryJob {
        let code: OneTimeCode? =
            if kind.carriesCode {
                OneTimeCode(number: 12_345_678, digits: 8)
            } else {
                kind.mayCarryUndoCode ? OneTimeCode(.recoveryCode, random: (0..<28).map { UInt8($0) }) : nil
            }
        let recipient: Recipient =
            switch channel {
            case .email: .contact(try Contact("sample@example.org"))
            case .sms, .voice: .contact(try Contact("+493012345678"))
            case .push: .device(try WakeAddress("sample"))
            }
        return DeliveryJob(
            id: try DeliveryID(1), lease: 1, channel: channel, contact: recipient, kind: kind,
            account: try AccountName("sample"), code: code, happenedAt: moment,
            expiresAt: moment + .minutes(10), language: language,
            codeExpiresAt: kind.mayCarryUndoCode ? moment + .hours(24) : nil,
            resets: kind == .administratorResets ? try digest : nil)
    }

    private static var digest: ResetSummary {
        get throws {
            ResetSummary(count: 3, accounts: [try AccountName("ada.sample"), try AccountName("max.sample")])
        }
    }

    /// The same on every day, so that what is printed can be compared.
    private static let moment = Timestamp(milliseconds: 1_790_596_740_000)
}
