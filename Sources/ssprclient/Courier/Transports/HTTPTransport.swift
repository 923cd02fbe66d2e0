import FoundationEssentials
import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// Hands messages to a gateway with one POST each.
struct HTTPTransport: Transport {
    /// A reply of 2xx counts only when this text field of its JSON object has one of these values.
    struct Accept: Sendable {
        let field: String
        let values: Set<String>
    }

    let endpoint: HTTPEndpoint
    let body: HTTPBody
    /// What {from} stands for.
    let from: String
    let accept: Accept?
    let limit: Duration

    var channels: Set<DeliveryChannel> { body.has(.number) ? [.sms, .voice] : [.push] }

    func deliver(_ message: OutgoingMessage, within limit: Duration) -> Verdict {
        let values: TemplateValues
        do throws(MessageError) {
            values = try TemplateValues(message, from: from)
        } catch {
            return Verdict(outcome: .refused, detail: "\(error)", fault: .misconfigured)
        }
        let url = endpoint.url.text(values)
        switch endpoint.post(body.rendered(values), to: url, contentType: body.contentType, limit: limit) {
        case .failed(let reason, let fault): return Verdict(outcome: .retry, detail: reason, fault: fault)
        case .answered(let status, let reply): return verdict(status, reply, message)
        }
    }

    /// What a status means.
    ///
    /// | status | outcome | why |
    /// | --- | --- | --- |
    /// | 2xx | accepted | it has the message, unless `accept` finds that it says otherwise |
    /// | 401, 407 | retry | a wrong password is an operator's fault and can be repaired |
    /// | 408, 425, 429 | retry | not now |
    /// | other 4xx | refused | never like this, by this gateway |
    /// | 5xx | retry | the gateway is not well |
    /// | 3xx, others | retry | redirections are not followed: a message goes where the configuration says |
    private func verdict(_ status: Int, _ reply: [UInt8], _ message: OutgoingMessage) -> Verdict {
        switch status {
        case 200..<300:
            guard let accept else { return Verdict(outcome: .accepted, detail: "HTTP \(status)") }
            let found = Reply.field(accept.field, of: reply)
            if let found, accept.values.contains(found) {
                return Verdict(outcome: .accepted, detail: "HTTP \(status), \(accept.field) \(found)")
            }
            let said = found.map { "is \(message.discreet($0.utf8, limit: 40))" } ?? "is not there as a text"
            return Verdict(
                outcome: .retry, detail: "HTTP \(status), but \(accept.field) \(said)", fault: .relayRefused)
        case 401, 407: return Verdict(outcome: .retry, detail: "HTTP \(status)", fault: .badLogin)
        case 408, 425, 429, 500...: return Verdict(outcome: .retry, detail: "HTTP \(status)", fault: .relayBusy)
        case 400..<500: return Verdict(outcome: .refused, detail: "HTTP \(status)")
        default: return Verdict(outcome: .retry, detail: "HTTP \(status)", fault: .misconfigured)
        }
    }
}

/// One text field of a JSON object.
private struct Reply: Decodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static let wanted = CodingUserInfoKey(rawValue: "field")

    private let value: String

    init(from decoder: any Decoder) throws {
        guard let key = Self.wanted, let name = decoder.userInfo[key] as? String else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no field is asked for"))
        }
        value = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: Key(stringValue: name))
    }

    /// Nil when the reply is not such an object or has no such text.
    static func field(_ name: String, of reply: [UInt8]) -> String? {
        let decoder = JSONDecoder()
        if let key = wanted { decoder.userInfo[key] = name }
        do { return try decoder.decode(Reply.self, from: Data(reply)).value } catch { return nil }
    }
}
