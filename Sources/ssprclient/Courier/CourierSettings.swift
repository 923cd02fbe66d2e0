import SSPRAgent
import SSPRVocabulary

/// Who a message comes from.
struct SenderSettings {
    /// The name shown to people.
    let instance: String
    /// The sender's address, in the envelope and in the header.
    let from: EmailAddress
}

/// What the configuration file says.
///
///     instance: Example Org
///     from: sspr@example.org
///     transport: sendmail            # or spool
///     sendmail:
///       command: [/usr/bin/msmtp, -C, /etc/ssprd/msmtp.conf]
///       seconds: 45                  # 1 to 55
///     spool:
///       folder: /var/spool/sspr-courier
struct CourierSettings {
    let sender: SenderSettings
    let transport: any Transport

    /// Reads and checks the file.
    init(file path: String) throws {
        let file = try SettingsFile.read(path, keys: ["instance", "from", "transport", "sendmail", "spool"])
        let instance = try file.require("instance", accepted: "the name shown to people").text(1...64)
        let from = try file.require("from", accepted: "the sender's address").word { try EmailAddress($0) }
        sender = SenderSettings(instance: instance, from: from)
        let choice = try file.require("transport", accepted: "sendmail or spool").choice(["sendmail", "spool"])
        // A section that is not in use is checked all the same: a mistake shows now, not on the day of the switch.
        let sendmail = try file["sendmail"].map { try Self.sendmail($0, from: from) }
        let spool = try file["spool"].map(Self.spool)
        switch choice {
        case "sendmail":
            transport = try sendmail ?? Self.missing(file, "sendmail", "a mapping with the key `command`")
        default:
            transport = try spool ?? Self.missing(file, "spool", "a mapping with the key `folder`")
        }
    }

    /// For trying out: messages become files in `folder`.
    init(spool folder: String) throws {
        // A domain that can never receive mail (RFC 2606).
        sender = SenderSettings(instance: "SSPR", from: try EmailAddress("sspr@courier.invalid"))
        transport = try SpoolTransport(folder: folder)
    }

    private static func sendmail(_ value: SettingsValue, from: EmailAddress) throws -> SendmailTransport {
        let section = try value.section(keys: ["command", "seconds"])
        let command = try section.require("command", accepted: "an absolute path and its arguments as a list").command()
        return SendmailTransport(
            command: command, from: from,
            limit: .seconds(try section["seconds"]?.integer(in: 1...55) ?? SendmailTransport.standardSeconds))
    }

    private static func spool(_ value: SettingsValue) throws -> SpoolTransport {
        let folder = try value.section(keys: ["folder"]).require("folder", accepted: "an absolute path")
        let path = try folder.absolutePath()
        do { return try SpoolTransport(folder: path) } catch { throw folder.refused("cannot be used: \(error)") }
    }

    private static func missing<T>(_ file: SettingsSection, _ key: String, _ accepted: String) throws -> T {
        _ = try file.require(key, accepted: accepted)
        throw UsageError("the section \(key) is missing")
    }
}
