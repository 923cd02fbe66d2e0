import SSPRVocabulary

/// All calls for people.
enum CallsPage {
    static var text: String {
        var page = "# Calls\n\nAll calls in number order, \(SpecPages.origin). "
        page += "The bodies in CDDL are in [sspr.cddl](sspr.cddl), for programs in [calls.json](calls.json).\n\n"
        page += "| number | name | who may | cost | audited | request limit |\n| --- | --- | --- | --- | --- | --- |\n"
        for call in CallCatalog.descriptions {
            page += "| \(hexadecimal(call.method)) | [`\(call.name)`](#\(anchor(call))) | \(access(call)) | "
            page += "\(call.cost.rawValue) | \(audit(call)) | \(call.requestLimit) |\n"
        }
        for call in CallCatalog.descriptions {
            page += "\n## \(call.name)\n\n\(call.summary)\n\n"
            page += fields("Request", call.request) + "\n" + fields("Reply", call.reply)
        }
        return page
    }

    private static func anchor(_ call: CallDescription) -> String { call.name.lowercased().filter { $0 != "." } }

    private static func audit(_ call: CallDescription) -> String {
        call.noAuditReason.map { "nothing: \($0)" } ?? call.events.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    }

    private static func fields(_ title: String, _ shape: WireShape) -> String {
        guard case .map(_, let fields) = shape else { return "\(title): \(words(shape))\n" }
        guard !fields.isEmpty else { return "\(title): the empty map.\n" }
        var table = "\(title):\n\n| key | name | what |\n| --- | --- | --- |\n"
        table += rows(fields, prefix: "", names: "")
        return table
    }

    private static func rows(_ fields: [WireField], prefix: String, names: String) -> String {
        fields.map { field in
            let optional = field.isOptional ? "optional: " : ""
            let row = "| \(prefix)\(field.key) | `\(names)\(field.name)` | \(optional)\(words(field.shape)) |\n"
            return row + inner(field, prefix: prefix, names: names)
        }.joined()
    }

    private static func inner(_ field: WireField, prefix: String, names: String) -> String {
        switch field.shape {
        case .map(_, let fields):
            rows(fields, prefix: "\(prefix)\(field.key).", names: "\(names)\(field.name).")
        case .list(.map(_, let fields)):
            rows(fields, prefix: "\(prefix)\(field.key)[].", names: "\(names)\(field.name)[].")
        default: ""
        }
    }

    private static func words(_ shape: WireShape) -> String {
        switch shape {
        case .unsigned(let maximum): "unsigned, at most \(maximum)"
        case .integer: "integer"
        case .boolean: "boolean"
        case .text(let bytes, let form): "text of \(range(bytes)) bytes: \(form)"
        case .bytes(let count): "byte string of \(range(count)) bytes"
        case .choice(let texts): "one of " + texts.map { "`\($0)`" }.joined(separator: ", ")
        case .list(let element): "list of: \(words(element))"
        case .map(let name, _): "map (\(name))"
        }
    }

    private static func range(_ range: ClosedRange<Int>) -> String {
        range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }
}
