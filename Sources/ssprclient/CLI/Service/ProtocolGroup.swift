import ArgumentParser
import SSPRClient
import SSPRProtocol
import SSPRTerminal
import SSPRVocabulary
import StrictCBOR

/// `ssprclient protocol`: the contract itself, for those who write clients.
struct ProtocolGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "protocol", abstract: "List, describe and make the calls of the protocol.",
        subcommands: [
            ProtocolCalls.self, ProtocolDescribe.self, ProtocolCall.self, ProtocolExplain.self, ProtocolPing.self,
        ])

    /// The call with this name or number (0x0301).
    static func call(named text: String) throws(CommandFailure) -> CallDescription {
        let number = text.hasPrefix("0x") ? UInt16(text.dropFirst(2), radix: 16) : nil
        if let call = CallCatalog.descriptions.first(where: { $0.name == text || $0.method == number }) { return call }
        let near = CallCatalog.descriptions.map(\.name).min {
            EditDistance.between(Array(text), Array($0)) < EditDistance.between(Array(text), Array($1))
        }
        throw CommandFailure(
            .badData, "no call is named \(text)", why: near.map { "The nearest is \($0)." },
            next: "ssprclient protocol calls")
    }

    /// A call's number as everywhere: 0x0301.
    static func number(_ method: UInt16) -> String {
        "0x" + Hexadecimal.text([UInt8(method >> 8), UInt8(method & 0xff)]).uppercased()
    }

    /// The call as spec/calls.json has it.
    static func specification(of call: CallDescription) throws -> JSONText {
        let page = SpecPages.all.first { $0.name == "calls.json" }?.text ?? ""
        guard case .list(let calls)? = try JSONReader.read(Array(page.utf8))["calls"],
            let found = calls.first(where: { $0["name"] == .string(call.name) })
        else { throw CommandFailure(.software, "no specification of \(call.name)", why: nil, next: nil) }
        return found.text
    }
}

/// `protocol calls`.
struct ProtocolCalls: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "calls", abstract: "List all calls.")

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        var table = try Table(
            [
                .init(name: "number", width: 6), .init(name: "name", width: 24), .init(name: "roles", width: 24),
                .init(name: "summary", width: 0),
            ], on: console)
        for call in CallCatalog.descriptions {
            let roles =
                call.everyoneReason == nil
                ? call.roles.map(\.rawValue) + (call.own == nil ? [] : ["person"]) : ["everyone"]
            try table.print([ProtocolGroup.number(call.method), call.name, roles.joined(separator: ","), call.summary])
            {
                try ProtocolGroup.specification(of: call)
            }
        }
        try table.finish()
    }
}

/// `protocol describe NAME`.
struct ProtocolDescribe: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "describe", abstract: "Show a call's fields.")

    @Argument(help: "The call's name or number.")
    var name: String

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let call = try ProtocolGroup.call(named: name)
        if console.options.isJSON { return try console.print(try ProtocolGroup.specification(of: call)) }
        let roles = call.roles.map(\.rawValue).joined(separator: ", ")
        try Card([
            ("Call", "\(call.name), \(ProtocolGroup.number(call.method))"), ("Summary", call.summary),
            ("Roles", call.everyoneReason.map { "everyone: \($0)" } ?? roles), ("Person", call.own ?? "-"),
            (
                "Audit",
                call.noAuditReason.map { "nothing: \($0)" } ?? call.events.map(\.rawValue).joined(separator: ", ")
            ),
            ("Cost", call.cost.rawValue), ("Request limit", "\(call.requestLimit) bytes"),
        ]).print(on: console)
        for (title, shape) in [("Request", call.request), ("Reply", call.reply)] {
            try console.print("\(title):")
            try printFields(shape, margin: "  ", on: console)
        }
    }

    private func printFields(_ shape: WireShape, margin: String, on console: Console) throws(CommandFailure) {
        switch shape {
        case .map(_, let fields):
            if fields.isEmpty { try console.print("\(margin)nothing") }
            for field in fields {
                try console.print(
                    "\(margin)\(field.key)  \(field.name)\(field.isOptional ? " (optional)" : ""): \(JSONBridge.words(field.shape))"
                )
                try printFields(field.shape, margin: margin + "     ", on: console)
            }
        case .list(let element): try printFields(element, margin: margin, on: console)
        default: break
        }
    }
}

/// `protocol ping`.
struct ProtocolPing: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "ping", abstract: "See whether ssprd answers, and how fast.")

    @Option(help: "How many times.")
    var count = 1

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        var table = try Table([.init(name: "ping", width: 4), .init(name: "microseconds", width: 12)], on: console)
        for number in 1...max(1, count) {
            _ = try console.client()
            let started = Stopwatch()
            _ = try console.call(Ping.self, .init(), doing: "ping ssprd", in: .tool)
            let taken = started.elapsed.components
            let microseconds = UInt64(taken.seconds) * 1_000_000 + UInt64(taken.attoseconds / 1_000_000_000_000)
            try table.print(["\(number)", "\(microseconds)"]) {
                .object([("ping", .unsigned(UInt64(number))), ("microseconds", .unsigned(microseconds))])
            }
        }
        try table.finish()
    }
}
