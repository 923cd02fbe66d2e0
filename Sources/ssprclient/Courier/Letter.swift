import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// A message as it is handed to a transport: RFC 5322 header fields and a plain text in UTF-8.
struct Letter {
    /// How lines end: CR LF in a file that is a message, LF where the sendmail interface expects a local text.
    enum LineEnd: String {
        case crlf = "\r\n"
        case lf = "\n"
    }

    private let fields: [HeaderField]
    private let text: MessageText
    private let code: OneTimeCode?

    /// Writes the message of a job; throws when it cannot be a message.
    init(_ job: DeliveryJob, settings: SenderSettings, now: Timestamp) throws(LetterError) {
        guard !job.kind.carriesCode || job.code != nil else {
            throw LetterError(description: "a code message without a code")
        }
        let facts = MessageFacts(
            account: job.account, instance: settings.instance, happenedAt: CalendarTime(job.happenedAt),
            expiresAt: CalendarTime(job.expiresAt))
        text = facts.text(job.kind)
        code = job.kind.carriesCode ? job.code : nil
        let domain = settings.from.text.split(separator: "@").last ?? "localhost"
        fields = [
            try HeaderField("From", display: settings.instance, address: settings.from.text),
            try HeaderField("To", job.contact.text),
            try HeaderField("Subject", text: text.subject),
            try HeaderField("Date", CalendarTime(now).mail),
            // The same on every repeat, so that a mailbox can tell a repeat from a second message.
            try HeaderField("Message-ID", "<sspr.\(job.id)@\(domain)>"),
            try HeaderField("MIME-Version", "1.0"),
            try HeaderField("Content-Type", "text/plain; charset=utf-8"),
            try HeaderField("Content-Transfer-Encoding", "8bit"),
            try HeaderField("Content-Language", "en"),
            // RFC 3834 section 5: nobody's holiday reply should come back.
            try HeaderField("Auto-Submitted", "auto-generated"),
        ]
    }

    /// The whole message.
    ///
    /// It may hold a code, so it is a secret.
    func rendered(_ end: LineEnd) -> Secret {
        .assembled(capacity: 8192) { bytes in
            func add(_ line: String) { bytes += Array((line + end.rawValue).utf8) }
            for field in fields { add(field.line) }
            for paragraph in text.opening {
                add("")
                for line in Self.wrapped(paragraph) { add(line) }
            }
            if let code {
                add("")
                bytes.append(code.secret)
                add("")
            }
            for paragraph in text.closing {
                add("")
                for line in Self.wrapped(paragraph) { add(line) }
            }
        }
    }

    /// Lines of at most 72 characters, unless a single word is longer.
    private static func wrapped(_ paragraph: String) -> [String] {
        var lines = [""]
        for word in paragraph.split(separator: " ") {
            if lines[lines.count - 1].isEmpty {
                lines[lines.count - 1] = String(word)
            } else if lines[lines.count - 1].count + 1 + word.count <= 72 {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
