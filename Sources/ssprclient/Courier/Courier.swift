import Glibc
import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// Claim, deliver, report, again.
struct Courier {
    private let settings: CourierSettings
    private let link: DaemonLink
    private let log: AgentLog
    private let stop: StopSignal

    /// As long as a lease: after it somebody else may have the message, and a report of ours is refused.
    private static let reportTime = Duration.seconds(60)

    init(_ settings: CourierSettings, link: DaemonLink, log: AgentLog, stop: StopSignal) {
        self.settings = settings
        self.link = link
        self.log = log
        self.stop = stop
    }

    /// Serves until the process ends.
    func serve() -> Never {
        while true {
            do throws(LinkError) {
                if let job = try link.call(ClaimDelivery.self, .init(channels: [.email])).job {
                    stop.finishing { handle(job) }
                }
            } catch {
                link.pause(after: error)
            }
        }
    }

    private func handle(_ job: DeliveryJob) {
        let verdict = deliver(job)
        log.note("message \(job.id) (\(job.kind.rawValue)): \(verdict.outcome.rawValue), \(verdict.detail)")
        let report = ReportDelivery.Request(id: job.id, lease: job.lease, outcome: verdict.outcome)
        do throws(LinkError) {
            _ = try link.call(ReportDelivery.self, report, until: .now + Self.reportTime)
        } catch {
            // The lease is over or the daemon is away: it will hand the message out again, which is what "at least once" means.
            log.note("message \(job.id): the report was not taken (\(error)); the message may come again")
        }
    }

    private func deliver(_ job: DeliveryJob) -> Verdict {
        let now = Self.now
        guard now < job.expiresAt else { return Verdict(outcome: .rejected, detail: "expired before it was sent") }
        do throws(LetterError) {
            return settings.transport.deliver(try Letter(job, settings: settings.sender, now: now), job)
        } catch {
            return Verdict(outcome: .rejected, detail: "\(error)")
        }
    }

    private static var now: Timestamp {
        var time = timespec()
        // The pointer lives for the call only; CLOCK_REALTIME cannot fail.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
