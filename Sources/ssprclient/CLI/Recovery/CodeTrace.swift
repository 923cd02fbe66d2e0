import SSPRProtocol
import SSPRVocabulary

/// Tells a person who waits for a code where it is, and what else there is to do when it does not come.
struct CodeTrace {
    /// After this long without a code another way is offered.
    private static let patience: Int64 = 20_000

    let console: Console
    private let sentAt = Moment.now

    init(console: Console) { self.console = console }

    /// Says in a line where the code is; a trace that is not to be had is no reason to end a recovery.
    func tell(another way: String?, _ look: () throws(CommandFailure) -> DeliveryTrace) throws(CommandFailure) {
        do throws(CommandFailure) {
            let trace = try look()
            console.insist(Self.words(trace))
            guard let way, trace.state != .accepted else { return }
            let isLate = Moment.now.milliseconds - sentAt.milliseconds >= Self.patience
            if isLate || trace.state == .failed || !trace.isServed { console.insist("Nothing arrived? \(way)") }
        } catch {
            // Ctrl-C is one.
            guard error.signal == nil else { throw error }
            console.insist("Where the code is cannot be said: \(error.what).", .warning)
        }
    }

    static func words(_ trace: DeliveryTrace) -> String {
        let way = trace.channel == .email ? "mail" : trace.channel == .sms ? "text messages" : "calls"
        guard trace.isExact else {
            guard trace.isServed else { return "Nobody delivers \(way) at the moment; a code would have to wait." }
            let usual = trace.usualSeconds.map { ", usually within \(Moment.words(milliseconds: UInt64($0) * 1000))" }
            return trace.isWorking == false
                ? "The last of the \(way) could not be delivered." : "Codes go out as \(way)\(usual ?? "")."
        }
        let at = (trace.settledAt ?? trace.takenAt ?? trace.queuedAt).map { " at \(Moment.text($0))" } ?? ""
        return switch trace.state {
        case .queued: "The code is queued\(trace.isServed ? "" : "; nobody delivers \(way) at the moment")."
        case .taken: "The code was taken to be delivered\(at)."
        case .accepted: "The code was accepted by the relay\(at)."
        case .failed: "The code could not be delivered\(at)."
        }
    }
}
