import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// Claim, deliver, report, again: for the channels of one route.
struct Courier {
    private let channels: [DeliveryChannel]
    private let route: Route
    private let sender: SenderSettings
    private let link: DaemonLink
    private let log: AgentLog
    private let stop: StopSignal

    /// As long as a lease: after it somebody else may have the message, and a report of ours is refused.
    private static let reportTime = Duration.seconds(60)

    init(_ line: CourierLine, sender: SenderSettings, link: DaemonLink, log: AgentLog, stop: StopSignal) {
        channels = line.channels
        route = line.route
        self.sender = sender
        self.link = link
        self.log = log
        self.stop = stop
    }

    /// Serves until the process ends.
    func serve() -> Never {
        while true {
            do throws(LinkError) {
                if let job = try link.call(ClaimDelivery.self, .init(channels: channels)).job {
                    stop.finishing { handle(job) }
                }
            } catch {
                link.pause(after: error)
            }
        }
    }

    private func handle(_ job: DeliveryJob) {
        let ending = deliver(job)
        let report = ReportDelivery.Request(
            id: job.id, lease: job.lease, outcome: ending.outcome, reason: ending.fault)
        do throws(LinkError) {
            _ = try link.call(ReportDelivery.self, report, until: .now + Self.reportTime)
        } catch {
            // The lease is over or the daemon is away: it will hand the message out again, which is what "at least once" means.
            log.note("message \(job.id): the report was not taken (\(error)); the message may come again")
        }
    }

    private func deliver(_ job: DeliveryJob) -> Route.Ending {
        let deadline = ContinuousClock.now + Route.limit
        let name = "message \(job.id) (\(job.kind.rawValue))"
        let now = Timestamp.now
        guard now < job.expiresAt else {
            log.note("\(name): rejected, expired before it was sent")
            return Route.Ending(outcome: .rejected, fault: .expired)
        }
        guard channels.contains(job.channel) else {
            log.note("\(name): \(job.channel.rawValue) is not served here")
            return Route.Ending(outcome: .retry, fault: .noTransport)
        }
        do throws(MessageError) {
            let message = try OutgoingMessage(job, sender: sender, now: now)
            return route.deliver(message, before: deadline) { transport, verdict in
                log.note("\(name): \(verdict.outcome.rawValue) by \(transport), \(verdict.detail)")
            }
        } catch {
            log.note("\(name): rejected, \(error)")
            return Route.Ending(outcome: .rejected, fault: .misconfigured)
        }
    }
}
