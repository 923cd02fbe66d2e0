import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// A text of the configuration with places in braces: `{number}`; `{{` and `}}` are braces themselves.
struct Template: Sendable {
    /// What can be filled in.
    enum Place: String, CaseIterable {
        /// The number in the form of E.164, without its extension.
        case number
        /// The extension of an office phone; empty when there is none.
        case `extension`
        /// The message's number, the same on every repeat.
        case id
        /// The tag of the language that it says it in: for who speaks it.
        case language
        /// What the message says: a secret.
        case text
        /// The sender that the configuration names.
        case from
        /// Where a device is woken: a level of a topic or a segment of a path, and nothing that ends one.
        case to
    }

    private enum Piece {
        case literal([UInt8])
        case place(Place)
    }

    private let pieces: [Piece]

    /// Takes a text whose places are among `allowed`.
    init(_ text: String, allowed: [Place]) throws(TemplateError) {
        let accepted = allowed.map { "{\($0.rawValue)}" }.joined(separator: ", ")
        var pieces: [Piece] = []
        var literal = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "{" || character == "}" else {
                literal.append(character)
                continue
            }
            if rest.first == character {
                literal.append(character)
                rest.removeFirst()
                continue
            }
            guard character == "{", let end = rest.firstIndex(of: "}") else {
                throw TemplateError(
                    description: "a single brace is not closed or not opened; {{ and }} are braces themselves")
            }
            let name = String(rest[..<end])
            guard let place = Place(rawValue: name), allowed.contains(place) else {
                throw TemplateError(description: "unknown place {\(name)}; expected one of \(accepted)")
            }
            pieces += [.literal(Array(literal.utf8)), .place(place)]
            literal = ""
            rest = rest[rest.index(after: end)...]
        }
        self.pieces = pieces + [.literal(Array(literal.utf8))]
    }

    /// True when it has this place.
    func has(_ place: Place) -> Bool {
        pieces.contains { if case .place(place) = $0 { true } else { false } }
    }

    /// The literal texts around the first place; all of the text before it when it has none.
    var around: (before: String, after: String) {
        let texts = pieces.compactMap { piece in
            if case .literal(let text) = piece { String(decoding: text, as: UTF8.self) } else { nil }
        }
        // A literal stands before and after each place, be it an empty one.
        return (texts[0], texts.count > 1 ? texts[1] : "")
    }

    /// The filled text, where no secret is among its places.
    func text(_ values: TemplateValues) -> String {
        var bytes: [UInt8] = []
        append(values, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the filled text to `bytes`, which must be wiped when `{text}` is among its places.
    func append(_ values: TemplateValues, to bytes: inout [UInt8]) {
        for piece in pieces {
            switch piece {
            case .literal(let text): bytes += text
            case .place(let place): values.append(place, to: &bytes)
            }
        }
    }
}

/// A template that cannot be used.
struct TemplateError: Error, CustomStringConvertible {
    let description: String
}

/// What is filled into templates for one message.
struct TemplateValues {
    let id: String
    /// Nil for a message that wakes a device.
    let phone: PhoneNumber?
    /// Empty for a message to a telephone.
    let to: String
    let language: LanguageTag
    let text: TextMessage
    let from: String

    /// Throws for mail.
    init(_ message: OutgoingMessage, from: String = "") throws(MessageError) {
        id = "\(message.job.id)"
        language = message.language
        if message.job.channel == .push {
            phone = nil
            to = try message.wakeAddress().text
        } else {
            phone = try message.phone()
            to = ""
        }
        text = message.line
        self.from = from
    }

    func append(_ place: Template.Place, to bytes: inout [UInt8]) {
        switch place {
        case .number: bytes += Array((phone?.number ?? "").utf8)
        case .extension: bytes += Array((phone?.extension ?? "").utf8)
        case .id: bytes += Array(id.utf8)
        case .language: bytes += Array(language.text.utf8)
        case .text: text.append(to: &bytes)
        case .from: bytes += Array(from.utf8)
        case .to: bytes += Array(to.utf8)
        }
    }
}
