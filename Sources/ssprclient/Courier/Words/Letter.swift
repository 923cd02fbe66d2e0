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
    private let facts: MessageFacts
    private let words: MailWords

    /// Writes the message of a job; throws when it cannot be a message.
    init(_ job: DeliveryJob, from: EmailAddress, facts: MessageFacts, now: Timestamp) throws(MessageError) {
        self.facts = facts
        words = facts.language.mail[job.kind]
        let domain = from.text.split(separator: "@").last ?? "localhost"
        fields = [
            try HeaderField("From", display: facts.sender.instance, address: from.text),
            try HeaderField("To", job.contact.text),
            try HeaderField("Subject", text: facts.text(words.subject)),
            try HeaderField("Date", CalendarTime(now).mail),
            // The same on every repeat, so that a mailbox can tell a repeat from a second message.
            try HeaderField("Message-ID", "<sspr.\(job.id)@\(domain)>"),
            try HeaderField("MIME-Version", "1.0"),
            try HeaderField("Content-Type", "text/plain; charset=utf-8"),
            try HeaderField("Content-Transfer-Encoding", "8bit"),
            try HeaderField("Content-Language", facts.language.tag.text),
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
            func add(_ paragraphs: [Phrase]) {
                for paragraph in paragraphs {
                    add("")
                    for line in Self.wrapped(facts.text(paragraph)) { add(line) }
                }
            }
            add(words.opening)
            if let code = facts.code {
                add(words.beforeCode)
                add("")
                bytes.append(code.secret)
                add("")
            }
            add(words.closing)
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
