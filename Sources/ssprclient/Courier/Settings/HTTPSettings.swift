import SSPRAgent
import SSPRVocabulary

/// The settings of a transport of kind http.
enum HTTPSettings {
    private static let keys = [
        "kind", "url", "form", "json", "text", "headers", "from", "user", "passwordFile", "bearerFile", "caFile",
        "accept",
        "seconds",
        "connectSeconds",
    ]
    private static let places: [Template.Place] = [.number, .extension, .to, .text, .from, .id, .language]

    static func transport(_ value: SettingsValue) throws -> HTTPTransport {
        let section = try value.section(keys: keys)
        let address = try section.require("url", accepted: "an address that begins with https://")
        let url = try url(address)
        let limit = try TransportSettings.limit(section)
        let connect = Duration.seconds(try section["connectSeconds"]?.integer(in: 1...55) ?? 10)
        return HTTPTransport(
            endpoint: HTTPEndpoint(
                url: url, headers: try section["headers"].map(headers) ?? [], login: try login(section, value),
                caFile: try section["caFile"].map(authorities), connectLimit: min(connect, limit)),
            body: try body(section, value, url), from: try section["from"]?.text(1...32) ?? "",
            accept: try section["accept"].map(accept), limit: limit)
    }

    /// The address of the gateway, in which `{to}` may be a whole segment of the path.
    private static func url(_ value: SettingsValue) throws(SettingsError) -> Template {
        let url = try value.template([.to], 1...1024)
        let wakes = url.has(.to)
        let (before, after) = url.around
        // What stands before the place is an address of its own: so the place is never a part of the host.
        if let rule = HTTPAddress.refusal(before) { throw value.refused(rule) }
        let isInPath = before.hasSuffix("/") && !before.contains { "?#".contains($0) }
        guard !wakes || isInPath, after.isEmpty || after.hasPrefix("/") || after.hasPrefix("?") else {
            throw value.refused("expected {to} as a whole segment of the path, such as https://ntfy.example.org/{to}")
        }
        return url
    }

    private static func body(
        _ section: SettingsSection, _ value: SettingsValue, _ url: Template
    ) throws(SettingsError) -> HTTPBody {
        let body: HTTPBody
        switch (section["form"], section["json"], section["text"]) {
        case (let form?, nil, nil):
            var fields: [(name: String, value: Template)] = []
            for (name, value) in try form.entries(1...32, anyName: true) {
                fields.append((name, try value.template(places, 0...1024)))
            }
            body = .form(fields)
        case (nil, nil, let text?): body = .text(try text.template(places, 1...1024))
        case (nil, let json?, nil):
            guard json.shape == .mapping else { throw json.refused("expected a mapping of fields") }
            body = .json(try tree(json, depth: 4))
        default:
            throw value.refused(
                "expected one of the keys `form` and `json`: fields and what stands in them; or `text`")
        }
        if !body.has(.text) { throw value.refused("expected {text} in one of the fields") }
        let wakes = url.has(.to) || body.has(.to)
        guard wakes || body.has(.number) else {
            throw value.refused("expected {number} in one of the fields, or {to} for devices")
        }
        if wakes, body.has(.number) || body.has(.extension) {
            throw value.refused("expected {number} for telephones or {to} for devices, not both")
        }
        if body.has(.from) { _ = try section.require("from", accepted: "the sender that {from} stands for") }
        return body
    }

    private static func tree(_ value: SettingsValue, depth: Int) throws(SettingsError) -> HTTPBody.Tree {
        guard depth > 0 else { throw value.refused("expected at most 4 levels") }
        switch value.shape {
        case .scalar: return .text(try value.template(places, 0...1024))
        case .list:
            var items: [HTTPBody.Tree] = []
            for item in try value.list(1...32) { items.append(try tree(item, depth: depth - 1)) }
            return .list(items)
        case .mapping:
            var fields: [(name: String, value: HTTPBody.Tree)] = []
            for (name, field) in try value.entries(1...32, anyName: true) {
                fields.append((name, try tree(field, depth: depth - 1)))
            }
            return .object(fields)
        }
    }

    /// Not here: what the request's own form decides, and what would put a secret into this file.
    private static let reserved = [
        "authorization", "connection", "content-length", "content-type", "expect", "host", "transfer-encoding",
    ]

    private static func headers(_ value: SettingsValue) throws(SettingsError) -> [String] {
        var headers: [String] = []
        for (name, value) in try value.entries(1...16, anyName: true) {
            let isToken = name.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            }
            guard isToken, !reserved.contains(name.lowercased()) else {
                throw value.refused("expected the name of a header field, none of \(reserved.joined(separator: ", "))")
            }
            let text = try value.text(1...512)
            guard text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
                throw value.refused("expected printable ASCII")
            }
            headers.append("\(name): \(text)")
        }
        return headers
    }

    private static func login(_ section: SettingsSection, _ value: SettingsValue) throws(SettingsError)
        -> HTTPEndpoint.Login
    {
        switch (section["user"], section["passwordFile"], section["bearerFile"]) {
        case (nil, nil, nil): return .none
        case (let user?, let password?, nil):
            return .basic(user: try user.text(1...128), password: try SecretFile.read(password))
        case (nil, nil, let bearer?): return .bearer(try SecretFile.read(bearer))
        default: throw value.refused("expected `user` with `passwordFile`, or `bearerFile`, or none of them")
        }
    }

    private static func accept(_ value: SettingsValue) throws(SettingsError) -> HTTPTransport.Accept {
        let section = try value.section(keys: ["field", "values"])
        let field = try section.require("field", accepted: "the name of a field of the reply").text(1...64)
        var values: Set<String> = []
        let list = try section.require("values", accepted: "a list of what stands there in case of success").list(
            1...16)
        for entry in list { values.insert(try entry.text(1...64)) }
        return HTTPTransport.Accept(field: field, values: values)
    }

    private static func authorities(_ value: SettingsValue) throws(SettingsError) -> String {
        let path = try value.absolutePath()
        let text: String
        do throws(SystemError) {
            text = String(decoding: try OpenFile(reading: path).readAll(limit: 4 << 20), as: UTF8.self)
        } catch {
            throw value.refused("cannot be read: \(error)")
        }
        guard text.contains("-----BEGIN CERTIFICATE-----") else {
            throw value.refused("expected a file with certificates in PEM")
        }
        return path
    }
}
