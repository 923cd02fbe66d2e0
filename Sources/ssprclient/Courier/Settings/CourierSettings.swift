import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// Channels that are claimed together, because they have the same route.
struct CourierLine: Sendable {
    let channels: [DeliveryChannel]
    let route: Route
}

/// What the configuration file says.
///
///     instance: Example Org
///     shortName: Example              # for telephones; without it, the instance's name
///     from: sspr@example.org          # needed for mail
///     language: de                    # for accounts without one, and those whose language is not spoken here; without it, en
///     routes:                         # a channel without a route is not claimed
///       email: [relay]
///       sms: [gateway, modem]         # first one, then the other
///       push: [ntfy]                  # wakes devices; {to} stands in the url, the fields or the arguments of its transport
///     transports:
///       relay: {kind: sendmail, command: [/usr/bin/msmtp, -C, /etc/ssprd/msmtp.conf], seconds: 45}
///       ...
struct CourierSettings {
    let sender: SenderSettings
    /// One loop each: a gateway that hangs holds up no mail.
    let lines: [CourierLine]

    /// Reads and checks the file.
    init(file path: String) throws {
        let file = try SettingsFile.read(
            path, keys: ["instance", "shortName", "from", "language", "routes", "transports"])
        let name = try file.require("instance", accepted: "the name shown to people")
        let instance = try name.text(1...64)
        let shortName = try file["shortName"]?.text(1...64)
        let from = try file["from"]?.word { try EmailAddress($0) }
        let language = try file["language"]?.word { try Language.accepted($0) }
        let entries = try file.require("transports", accepted: "names, each with the settings of a transport")
            .entries(1...16)
        var transports: [String: any Transport] = [:]
        // One that no route names is checked all the same: a mistake shows now, not on the day of the switch.
        for entry in entries { transports[entry.name] = try TransportSettings.transport(entry.value, from: from) }
        let routes = try file.require("routes", accepted: "for each channel that is served, a list of transports")
        lines = Self.lines(try Self.routes(routes, transports))
        sender = SenderSettings(
            instance: instance, shortName: shortName ?? instance, from: from, language: language ?? .english)

        if from == nil, try routes.section(keys: Self.channels)["email"] != nil {
            _ = try file.require("from", accepted: "the sender's address")
        }
        if lines.contains(where: { $0.channels.contains(.sms) }), let misfit = try TextMessage.misfit(sender) {
            let name = file["shortName"] ?? name
            let size = misfit.size
            let how = size.limit < 160 ? ", since not all of its characters are in the alphabet GSM 7 bit" : ""
            throw name.refused(
                "too long for text messages: \(misfit.kind.rawValue) in \(misfit.language) would take \(size.used) of \(size.limit) characters\(how); "
                    + "give a shorter name as `shortName`")
        }
    }

    /// For trying out: messages of all channels become files in `folder`.
    init(spool folder: String) throws {
        // A domain that can never receive mail (RFC 2606).
        sender = SenderSettings(instance: "SSPR", shortName: "SSPR", from: try EmailAddress("sspr@courier.invalid"))
        let transport = NamedTransport(name: "spool", transport: try SpoolTransport(folder: folder))
        lines = [CourierLine(channels: DeliveryChannel.allCases, route: Route(transports: [transport]))]
    }

    /// The route of a channel; nil when it is not served.
    func route(of channel: DeliveryChannel) -> Route? { lines.first { $0.channels.contains(channel) }?.route }

    private static let channels = DeliveryChannel.allCases.map(\.rawValue)

    private static func routes(
        _ value: SettingsValue, _ transports: [String: any Transport]
    ) throws(SettingsError) -> [(channel: DeliveryChannel, route: Route)] {
        let section = try value.section(keys: channels)
        var routes: [(channel: DeliveryChannel, route: Route)] = []
        for channel in DeliveryChannel.allCases {
            guard let value = section[channel.rawValue] else { continue }
            routes.append((channel, try route(value, for: channel, transports)))
        }
        guard !routes.isEmpty else {
            throw value.refused("expected a route for at least one of \(channels.joined(separator: ", "))")
        }
        return routes
    }

    private static func route(
        _ value: SettingsValue, for channel: DeliveryChannel, _ transports: [String: any Transport]
    ) throws(SettingsError) -> Route {
        var chosen: [NamedTransport] = []
        for entry in try value.list(1...8) {
            let name = try entry.text(1...32)
            guard let transport = transports[name] else {
                throw entry.refused(
                    "no transport is called `\(name)`; expected one of \(transports.keys.sorted().joined(separator: ", "))"
                )
            }
            guard !chosen.contains(where: { $0.name == name }) else {
                throw entry.refused("the name stands in this list twice")
            }
            guard transport.channels.contains(channel) else {
                let carried = DeliveryChannel.allCases.filter(transport.channels.contains).map(\.rawValue)
                throw entry.refused(
                    "`\(name)` cannot carry \(channel.rawValue), only \(carried.joined(separator: ", "))")
            }
            chosen.append(NamedTransport(name: name, transport: transport))
        }
        let together = chosen.reduce(Duration.zero) { $0 + $1.transport.limit }
        guard together <= Route.limit else {
            throw value.refused(
                "the time limits take \(together.components.seconds) s together; expected at most "
                    + "\(Route.limit.components.seconds) s, so that the report comes within the lease of 60 s")
        }
        return Route(transports: chosen)
    }

    /// Channels with the same route share a loop: they would wait for the same transports anyway.
    private static func lines(_ routes: [(channel: DeliveryChannel, route: Route)]) -> [CourierLine] {
        var lines: [CourierLine] = []
        for (channel, route) in routes {
            let names = route.transports.map(\.name)
            if let index = lines.firstIndex(where: { $0.route.transports.map(\.name) == names }) {
                lines[index] = CourierLine(channels: lines[index].channels + [channel], route: route)
            } else {
                lines.append(CourierLine(channels: [channel], route: route))
            }
        }
        return lines
    }
}
