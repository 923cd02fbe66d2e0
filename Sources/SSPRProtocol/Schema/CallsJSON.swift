import SSPRVocabulary

/// All calls for programs.
enum CallsJSON {
    static var text: String {
        JSONText.object([
            ("origin", .text(SpecPages.origin)),
            ("version", .unsigned(UInt64(FrameHeader.version))),
            ("calls", .list(CallCatalog.descriptions.map(call))),
            (
                "failures",
                .list(
                    FailureCode.allCases.map {
                        .object([
                            ("number", .unsigned(UInt64($0.rawValue))), ("name", .text($0.name)),
                            ("summary", .text($0.summary)),
                        ])
                    })
            ),
        ]).pretty + "\n"
    }

    private static func call(_ call: CallDescription) -> JSONText {
        .object([
            ("number", .unsigned(UInt64(call.method))),
            ("name", .text(call.name)),
            ("summary", .text(call.summary)),
            ("roles", .list(call.everyoneReason == nil ? call.roles.map { .text($0.rawValue) } : [.text("everyone")])),
            ("person", call.own.map(JSONText.text) ?? .null),
            ("audit", .list(call.events.map { .text($0.rawValue) })),
            ("notAuditedBecause", call.noAuditReason.map(JSONText.text) ?? .null),
            ("cost", .text(call.cost.rawValue)),
            ("requestLimit", .unsigned(UInt64(call.requestLimit))),
            ("request", type(call.request)),
            ("reply", type(call.reply)),
        ])
    }

    private static func type(_ shape: WireShape) -> JSONText {
        switch shape {
        case .unsigned(let maximum): .object([("type", .text("unsigned")), ("maximum", .unsigned(maximum))])
        case .integer: .object([("type", .text("integer"))])
        case .boolean: .object([("type", .text("boolean"))])
        case .text(let bytes, let form):
            .object([
                ("type", .text("text")), ("minimum", .unsigned(UInt64(bytes.lowerBound))),
                ("maximum", .unsigned(UInt64(bytes.upperBound))), ("form", .text(form)),
            ])
        case .bytes(let count):
            .object([
                ("type", .text("bytes")), ("minimum", .unsigned(UInt64(count.lowerBound))),
                ("maximum", .unsigned(UInt64(count.upperBound))),
            ])
        case .choice(let texts): .object([("type", .text("choice")), ("values", .list(texts.map(JSONText.text)))])
        case .list(let element): .object([("type", .text("list")), ("of", type(element))])
        case .map(let name, let fields):
            .object([("type", .text("map")), ("name", .text(name)), ("fields", .list(fields.map(field)))])
        }
    }

    private static func field(_ field: WireField) -> JSONText {
        .object([
            ("key", .unsigned(field.key)), ("name", .text(field.name)), ("optional", .boolean(field.isOptional)),
            ("value", type(field.shape)),
        ])
    }
}
