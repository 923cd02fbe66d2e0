import ArgumentParser
import SSPRClient
import SSPRProtocol
import SSPRVocabulary
import StrictCBOR

/// `protocol call NAME [JSON|-]`: any call from JSON.
struct ProtocolCall: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Make a call from JSON and print the reply as JSON.",
        discussion: """
            The keys are the field names (ssprclient protocol describe NAME). Byte strings are "hex:..." with digits, "text:..." with the \
            text itself, or base64. A request with secrets is read from the standard input: -
            """)

    @Argument(help: "The call's name or number.")
    var name: String

    @Argument(help: "The request as a JSON object, or \"-\" for the standard input.")
    var request = "{}"

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let call = try ProtocolGroup.call(named: name)
        var text = Array(request.utf8)
        if request == "-" { text = try Self.readInput() }
        defer { wipe(&text) }
        let value = try parsed(text)
        if request != "-" { try Self.refuseSecrets(value, call.request) }
        var body = try encoded(value, call.request).encoded()
        defer { wipe(&body) }
        guard body.count <= call.requestLimit else {
            throw CommandFailure(
                .badData, "the request has \(body.count) bytes, \(call.name) takes \(call.requestLimit)",
                why: "It was not sent.",
                next: "ssprclient protocol describe \(call.name)")
        }
        try console.print(JSONBridge.json(try reply(body, call, on: console), call.reply))
    }

    private func parsed(_ text: [UInt8]) throws(CommandFailure) -> JSONValue {
        do throws(JSONError) {
            return try JSONReader.read(text)
        } catch {
            throw CommandFailure(.badData, "the request is not JSON: \(error)", why: "It was not sent.", next: nil)
        }
    }

    private func encoded(_ value: JSONValue, _ shape: WireShape) throws(CommandFailure) -> CBORItem {
        do throws(JSONBridge.Mismatch) {
            return try JSONBridge.item(value, shape)
        } catch {
            throw CommandFailure(
                .badData, "the request does not fit \(name): \(error)", why: "It was not sent.",
                next: "ssprclient protocol describe \(name)")
        }
    }

    private func reply(
        _ body: [UInt8], _ call: CallDescription, on console: Console
    ) throws(CommandFailure) -> CBORItem {
        let client = try console.client()
        do throws(ClientError) {
            var bytes = try client.call(method: call.method, body: body, isWaiting: call.cost == .waiting)
            defer { wipe(&bytes) }
            do throws(CBORError) {
                return try CBORItem(decoding: bytes)
            } catch {
                throw ClientError.brokenProtocol("\(error)")
            }
        } catch {
            throw CommandFailure(error, doing: "call \(call.name)", in: .tool)
        }
    }

    /// Everybody may read a process's arguments, so nothing that is a secret in the shape may stand in them.
    private static func refuseSecrets(_ value: JSONValue, _ shape: WireShape) throws(CommandFailure) {
        switch (shape, value) {
        case (.map(_, let fields), .object):
            for field in fields {
                guard let entry = value[field.name], entry != .null else { continue }
                if holdsSecret(field) {
                    throw CommandFailure(
                        .usage, "\(field.name) is a secret and may not stand on the command line",
                        why: "Everybody could read it there.",
                        next: "give the request on the standard input, with - in its place")
                }
                try refuseSecrets(entry, field.shape)
            }
        case (.list(let element), .list(let values)): for value in values { try refuseSecrets(value, element) }
        default: break
        }
    }

    /// Secrets, tokens and codes; a digest, whose length has no bound of a secret, is none.
    private static func holdsSecret(_ field: WireField) -> Bool {
        switch field.shape {
        case .bytes(let count): count.upperBound <= WireLimit.secretBytes
        default: field.shape == OneTimeCode.wireShape
        }
    }

    /// The whole standard input, up to twice what a request may have when it is written in hexadecimal.
    private static func readInput() throws(CommandFailure) -> [UInt8] {
        let input = try InputLines(source: "-", capacity: 65_536).rest()
        // The bytes are copied while they are lent.
        return unsafe input.withBytes { unsafe Array($0) }
    }
}
