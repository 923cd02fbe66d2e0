import Glibc
import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// Serves one target: claim, perform, report, again.
///
/// Its waiting claim is what makes the target available.
struct TargetAgent {
    private let target: any Target
    private let link: DaemonLink
    private let log: AgentLog
    private let stop: StopSignal

    init(_ target: any Target, link: DaemonLink, log: AgentLog, stop: StopSignal) {
        self.target = target
        self.link = link
        self.log = log
        self.stop = stop
    }

    /// Serves until the process ends.
    func serve() -> Never {
        let request = ClaimWriteback.Request(target: target.name)
        while true {
            do throws(LinkError) {
                if let order = try link.call(ClaimWriteback.self, request).job {
                    stop.finishing { handle(order) }
                }
            } catch {
                link.pause(after: error)
            }
        }
    }

    private func handle(_ order: WritebackJob) {
        let report = target.perform(order, now: Self.now)
        let why = report.refusal.map { " (\($0.rawValue))" } ?? ""
        let text = report.text.map { ": \($0)" } ?? ""
        let what = "order \(order.id) (\(order.operation.rawValue))"
        log.note("\(target.name): \(what): \(report.outcome.rawValue)\(why)\(text)")
        let request = ReportWriteback.Request(
            id: order.id, outcome: report.outcome, refusal: report.refusal, text: report.text)
        let left = Duration.milliseconds((order.deadline - Self.now).milliseconds)
        do throws(LinkError) {
            _ = try link.call(ReportWriteback.self, request, until: .now + max(left, .zero))
        } catch {
            // The daemon has settled the order as unknown and told its owner so; there is nobody left to tell.
            log.note("\(target.name): order \(order.id): the report was not taken (\(error))")
        }
    }

    private static var now: Timestamp {
        var time = timespec()
        // The pointer lives for the call only; CLOCK_REALTIME cannot fail.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
