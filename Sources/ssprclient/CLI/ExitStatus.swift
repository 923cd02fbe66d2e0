/// How the program ends: numbers of `sysexits.h`, printed by `ssprclient help exit-codes`.
enum ExitStatus: Int32, CaseIterable {
    case done = 0
    case no = 1
    case usage = 64
    case badData = 65
    case noInput = 66
    case notFound = 67
    case unreachable = 69
    case software = 70
    case output = 74
    case tryLater = 75
    case brokenProtocol = 76
    case refused = 77
    case untrusted = 78
    case cancelled = 130

    /// What it means.
    var meaning: String {
        switch self {
        case .done: "done"
        case .no: "the answer is no: audit verify found a fault, pam auth was told no"
        case .usage: "the command line is not understood, or a question would have to be asked and may not be"
        case .badData: "what was given is not acceptable: a name, a code, a new password, JSON"
        case .noInput: "the answers or the file ended too early, or cannot be read"
        case .notFound: "no such account or method (told to administrators and to the proven owner only)"
        case .unreachable: "ssprd cannot be reached, or closed the connection"
        case .software: "a fault of ssprd's or of this program's own"
        case .output: "the output cannot be written"
        case .tryLater: "try again later: a limit was reached, something is not there, no answer in time"
        case .brokenProtocol: "what came is not the protocol of this release"
        case .refused: "refused: not allowed, or not accepted"
        case .untrusted: "the socket is not ssprd's own, or not configured so: nothing secret was sent"
        case .cancelled: "cancelled with Ctrl-C or by the end of the input"
        }
    }
}
