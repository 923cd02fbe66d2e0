import SSPRAgent
import SSPRVocabulary

/// The settings of one transport, by its kind.
enum TransportSettings {
    private static let kinds = ["sendmail", "spool", "command", "http"]
    private static let standardSeconds = 25

    static func transport(_ value: SettingsValue, from: EmailAddress?) throws -> any Transport {
        let kind = try value.member("kind", accepted: "one of \(kinds.joined(separator: ", "))").choice(kinds)
        return switch kind {
        case "sendmail": try sendmail(value, from: from)
        case "spool": try spool(value)
        case "http": try HTTPSettings.transport(value)
        default: try command(value)
        }
    }

    /// How long one message may take.
    static func limit(_ section: SettingsSection) throws(SettingsError) -> Duration {
        .seconds(try section["seconds"]?.integer(in: 1...55) ?? standardSeconds)
    }

    private static func sendmail(_ value: SettingsValue, from: EmailAddress?) throws(SettingsError) -> SendmailTransport
    {
        let section = try value.section(keys: ["kind", "command", "seconds"])
        guard let from else {
            throw value.refused("a transport of kind sendmail needs the key `from`: the sender's address")
        }
        return SendmailTransport(
            command: try section.require("command", accepted: commandForm).command(), from: from,
            limit: try limit(section))
    }

    private static func spool(_ value: SettingsValue) throws -> SpoolTransport {
        let folder = try value.section(keys: ["kind", "folder"]).require("folder", accepted: "an absolute path")
        let path = try folder.absolutePath()
        do { return try SpoolTransport(folder: path) } catch { throw folder.refused("cannot be used: \(error)") }
    }

    private static func command(_ value: SettingsValue) throws -> CommandTransport {
        let section = try value.section(keys: ["kind", "command", "seconds", "format"])
        let command = try section.require("command", accepted: commandForm)
        let parts = try command.list(1...32)
        let program = try parts[0].absolutePath()
        var arguments: [Template] = []
        // Never {text}: everybody on the machine can read arguments (attack E7).
        let places: [Template.Place] = [.number, .extension, .to, .id, .language]
        for part in parts.dropFirst() { arguments.append(try part.template(places, 0...1024)) }
        let format = try section["format"]?.choice(CommandTransport.Format.allCases.map(\.rawValue))
        let chosen = format.flatMap(CommandTransport.Format.init) ?? .text
        let calls = arguments.contains { $0.has(.number) || $0.has(.extension) }
        let wakes = arguments.contains { $0.has(.to) }
        guard !(calls && wakes), calls || wakes || chosen == .json else {
            throw command.refused(
                "expected {number} in one of the arguments (for devices {to}, not both), or `format: json`")
        }
        return CommandTransport(
            program: program, arguments: arguments, format: chosen, limit: try limit(section),
            channels: calls ? [.sms, .voice] : wakes ? [.push] : [.sms, .voice, .push])
    }

    private static let commandForm = "an absolute path and its arguments as a list"
}

extension SettingsValue {
    /// A text with places in braces.
    func template(_ allowed: [Template.Place], _ length: ClosedRange<Int>) throws(SettingsError) -> Template {
        let text = try text(length)
        do throws(TemplateError) { return try Template(text, allowed: allowed) } catch { throw refused("\(error)") }
    }
}
