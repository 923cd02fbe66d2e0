import SSPRClient
import SSPRProtocol
import SSPRVocabulary

/// Why a command ends without having done its work, in three lines: what, why, what next.
struct CommandFailure: Error {
    /// Which words fit: the same refusal means something else to a person than to an administrator.
    enum Family {
        case signIn
        case registration
        case recovery
        case administration
        case helpDesk
        case audit
        case tool

        /// True for what people do for themselves.
        var isForPeople: Bool { self == .signIn || self == .registration || self == .recovery }
    }

    let status: ExitStatus
    let what: String
    let why: String?
    let next: String?
    /// The daemon's own refusal, when it is one.
    let refusal: Failure?
    /// The signal that ended it.
    private(set) var signal: Int32?

    init(_ status: ExitStatus, _ what: String, why: String?, next: String?, refusal: Failure? = nil) {
        self.status = status
        self.what = what
        self.why = why
        self.next = next
        self.refusal = refusal
    }

    /// A signal that ends the process, Ctrl-C above all, or the end of the input at a question, which counts as Ctrl-C.
    static func interrupted(by number: Int32, _ why: String) -> Self {
        var failure = Self(.cancelled, "cancelled", why: why, next: nil)
        failure.signal = number
        return failure
    }

    /// Something that no command foresees.
    init(unexpected error: any Error) {
        self.init(
            .software, "a fault of this program", why: "\(error)", next: "tell it to those who maintain ssprclient")
    }

    /// What went wrong with a call.
    init(_ error: ClientError, doing what: String, in family: Family) {
        switch error {
        case .failure(let failure): self.init(failure, doing: what, in: family)
        case .daemonUnreachable(let path, let reason): self.init(unreachable: path, reason)
        case .connectionLost:
            self.init(
                .unreachable, "cannot \(what): ssprd closed the connection",
                why: "It may have been stopped. Whether the call was carried out is not known.",
                next: "see whether it runs: ssprclient protocol ping")
        case .untrustedServer:
            self.init(
                .untrusted, "\(error)",
                why:
                    "Root, or the owner of the socket's directory (writable by nobody else), must serve it. Nothing was sent.",
                next: "check --socket and SSPR_SOCKET, or name the uid that ssprd runs as: --server-uid N")
        case .timedOut:
            self.init(
                .tryLater, "cannot \(what): no answer in time", why: "Whether the call was carried out is not known.",
                next: "try again, or wait longer: --timeout SECONDS")
        case .brokenProtocol:
            self.init(
                .brokenProtocol, "cannot \(what): \(error)", why: "ssprclient and ssprd may be of different releases.",
                next: "compare: ssprclient --version and ssprclient protocol call service.hello")
        case .invalidRequest:
            self.init(.badData, "cannot \(what): \(error)", why: "Nothing was sent.", next: "give less")
        }
    }

    private init(unreachable path: String, _ reason: String) {
        let isBarred = reason == "permission denied"
        self.init(
            .unreachable, "cannot reach ssprd: \(path): \(reason)",
            why: isBarred ? "You may not use its socket." : "The daemon is not running, or listens elsewhere.",
            next: isBarred
                ? "ask the administrator of this host"
                : "sudo systemctl start ssprd.socket   (without systemd: sudo ssprd serve)")
    }

    /// The failure for programs.
    func json(helpDesk: String? = nil) -> JSONText {
        var fields: [(String, JSONText)] = [
            ("exit", .unsigned(UInt64(status.rawValue))), ("what", .text(what)),
            ("why", why.map(JSONText.text) ?? .null),
            ("next", next.map(JSONText.text) ?? .null),
        ]
        if let refusal {
            fields.append(("code", .unsigned(UInt64(refusal.code.rawValue))))
            fields.append(("name", .text(refusal.code.name)))
            if let after = refusal.retryAfter { fields.append(("retryAfter", .unsigned(after))) }
            if let rule = refusal.rule { fields.append(("rule", .text(rule.rawValue))) }
            if let points = refusal.points { fields.append(("points", .unsigned(UInt64(points)))) }
            if let found = refusal.found { fields.append(("found", .list(found.map { .text($0.text) }))) }
            if let reason = refusal.refusal { fields.append(("refusal", .text(reason.rawValue))) }
            if let text = refusal.text { fields.append(("text", .text(text))) }
            for (name, number) in [
                ("version", refusal.version), ("losing", refusal.losing), ("capable", refusal.capable),
            ] {
                if let number { fields.append((name, .unsigned(UInt64(number)))) }
            }
            if let rule = refusal.question { fields.append(("question", .text(rule.rawValue))) }
        }
        if let helpDesk { fields.append(("helpDesk", .text(helpDesk))) }
        return .object([("error", .object(fields))])
    }
}
