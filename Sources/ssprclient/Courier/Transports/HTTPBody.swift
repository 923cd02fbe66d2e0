import SSPRAgent
import SSPRVocabulary

/// What a request carries: fields with templates, encoded so that no value can end its field.
enum HTTPBody: Sendable {
    indirect enum Tree: Sendable {
        case text(Template)
        case list([Tree])
        case object([(name: String, value: Tree)])

        fileprivate func has(_ place: Template.Place) -> Bool {
            switch self {
            case .text(let template): template.has(place)
            case .list(let items): items.contains { $0.has(place) }
            case .object(let fields): fields.contains { $0.value.has(place) }
            }
        }

        fileprivate func append(_ values: TemplateValues, to bytes: inout [UInt8]) {
            switch self {
            case .text(let template):
                FieldEncoding.withWiped {
                    template.append(values, to: &$0)
                } _: {
                    FieldEncoding.appendJSON($0, to: &bytes)
                }
            case .list(let items):
                bytes.append(UInt8(ascii: "["))
                for (index, item) in items.enumerated() {
                    if index > 0 { bytes.append(UInt8(ascii: ",")) }
                    item.append(values, to: &bytes)
                }
                bytes.append(UInt8(ascii: "]"))
            case .object(let fields):
                bytes.append(UInt8(ascii: "{"))
                for (index, field) in fields.enumerated() {
                    if index > 0 { bytes.append(UInt8(ascii: ",")) }
                    FieldEncoding.appendJSON(field.name.utf8, to: &bytes)
                    bytes.append(UInt8(ascii: ":"))
                    field.value.append(values, to: &bytes)
                }
                bytes.append(UInt8(ascii: "}"))
            }
        }
    }

    case form([(name: String, value: Template)])
    case json(Tree)
    /// The whole body is one text, as ntfy takes it.
    case text(Template)

    /// True when one of the fields has this place.
    func has(_ place: Template.Place) -> Bool {
        switch self {
        case .form(let fields): fields.contains { $0.value.has(place) }
        case .json(let tree): tree.has(place)
        case .text(let template): template.has(place)
        }
    }

    var contentType: String {
        switch self {
        case .form: "application/x-www-form-urlencoded"
        case .json: "application/json"
        case .text: "text/plain; charset=utf-8"
        }
    }

    /// The body for one message; it may hold a code, so it is a secret.
    func rendered(_ values: TemplateValues) -> Secret {
        .assembled(capacity: 16_384) { bytes in
            switch self {
            case .json(let tree): tree.append(values, to: &bytes)
            case .text(let template): template.append(values, to: &bytes)
            case .form(let fields):
                for (index, field) in fields.enumerated() {
                    if index > 0 { bytes.append(UInt8(ascii: "&")) }
                    FieldEncoding.appendForm(field.name.utf8, to: &bytes)
                    bytes.append(UInt8(ascii: "="))
                    FieldEncoding.withWiped {
                        field.value.append(values, to: &$0)
                    } _: {
                        FieldEncoding.appendForm($0, to: &bytes)
                    }
                }
            }
        }
    }
}
