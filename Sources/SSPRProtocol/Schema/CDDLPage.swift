import SSPRVocabulary

/// The messages in CDDL (RFC 8610).
enum CDDLPage {
    static var text: String {
        var page = "; The bodies of all calls in CDDL (RFC 8610), \(SpecPages.origin).\n"
        page += "; Encoding: deterministic CBOR (RFC 8949 section 4.2), see PROTOCOL.md.\n"
        for call in CallCatalog.descriptions {
            page += "\n; \(hexadecimal(call.method)) \(call.name): \(call.summary)\n"
            page += rule(call.name + ".request", call.request)
            page += rule(call.name + ".reply", call.reply)
        }
        page += "\n; The body of every failure frame.\n"
        page += rule("failure", ShapeReader.shape(of: Failure.self))
        return page
    }

    private static func rule(_ name: String, _ shape: WireShape) -> String {
        "\(name) = \(type(shape, depth: 0))\n"
    }

    private static func type(_ shape: WireShape, depth: Int) -> String {
        switch shape {
        case .unsigned(let maximum): return "0..\(maximum)"
        case .integer: return "int"
        case .boolean: return "bool"
        case .text(let bytes, let form): return "tstr .size \(size(bytes)) ; \(form)\n" + margin(depth)
        case .bytes(let count): return "bstr .size \(size(count))"
        case .choice(let texts): return texts.map { "\"\($0)\"" }.joined(separator: " / ")
        case .list(let element): return "[* \(type(element, depth: depth))]"
        case .map(_, let fields): return map(fields, depth: depth)
        }
    }

    private static func map(_ fields: [WireField], depth: Int) -> String {
        guard !fields.isEmpty else { return "{}" }
        let lines = fields.map { field -> String in
            let value = type(field.shape, depth: depth + 1).split(separator: "\n", maxSplits: 1)
            let head = "\(margin(depth + 1))\(field.isOptional ? "? " : "")\(field.key) => "
            // A text's form is a comment: the field's comma goes before it.
            let parts = value[0].split(separator: " ; ", maxSplits: 1)
            let rest = value.count > 1 ? "\n" + value[1] : ""
            let form = parts.count > 1 ? ": \(parts[1])" : ""
            if case .map = field.shape { return "\(head)\(value[0])\(rest), ; \(field.name)" }
            if case .list(.map) = field.shape { return "\(head)\(value[0])\(rest), ; \(field.name)" }
            return "\(head)\(parts[0]), ; \(field.name)\(form)"
        }
        return "{\n\(lines.joined(separator: "\n"))\n\(margin(depth))}"
    }

    private static func size(_ range: ClosedRange<Int>) -> String {
        range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "(\(range.lowerBound)..\(range.upperBound))"
    }

    private static func margin(_ depth: Int) -> String { String(repeating: "  ", count: depth) }
}
