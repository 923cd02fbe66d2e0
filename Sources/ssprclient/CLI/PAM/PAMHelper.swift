import Glibc
import SSPRClient
import SSPRTerminal
import SSPRVocabulary

/// `ssprclient pam auth|account`, as pam_exec starts it: everything but the daemon's own yes ends with another status than 0.
///
/// Only `PAM_USER` and `PAM_TYPE` count in the environment, because the person at the login may control the rest (attack E9). No file is
/// read, no question is asked, and all of it together takes at most five seconds (attack E2).
enum PAMHelper {
    private static let limit = Duration.seconds(5)

    /// Does what `arguments` (all after `pam`) say.
    static func run(arguments: [String]) -> ExitStatus {
        // No core file may hold the password. Where that is not granted there is no core file either, or it is the administrator's wish.
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        // The pointer is used within the call only.
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        signal(SIGPIPE, SIG_IGN)
        do throws(PAMRefusal) {
            try answer(try PAMArguments(arguments))
            return .done
        } catch {
            // pam_exec shows this nowhere unless it is told where; a terminal gets it as it is written by hand.
            write(line: "ssprclient pam: \(error.text)", to: STDERR_FILENO)
            return error.status
        }
    }

    private static func answer(_ arguments: PAMArguments) throws(PAMRefusal) {
        let started = Stopwatch()
        guard text(ofVariable: "PAM_TYPE") == arguments.step.name else {
            throw PAMRefusal(.usage, "PAM_TYPE is not \(arguments.step.name): call it from pam_exec")
        }
        guard let name = text(ofVariable: "PAM_USER") else {
            throw PAMRefusal(.usage, "no PAM_USER: call it from pam_exec")
        }
        guard let account = try? AccountName(name) else { throw PAMRefusal(.badData, "PAM_USER is no account name") }
        do throws(ClientError) {
            switch arguments.step {
            case .auth:
                let password = try AuthenticationToken.read(within: limit - started.elapsed)
                let client = try client(arguments, within: limit - started.elapsed)
                try PAMCall.authenticate(account, password, client)
            case .account:
                let client = try client(arguments, within: limit - started.elapsed)
                remind(try PAMCall.asked(account, client))
            }
        } catch {
            throw PAMRefusal(error)
        }
    }

    private static func client(_ arguments: PAMArguments, within limit: Duration) throws(ClientError) -> Client {
        try Client(connectingTo: arguments.socket, trust: arguments.trust, timeout: limit)
    }

    /// One line, which pam_exec with `stdout` shows to the person.
    private static func remind(_ reminder: PAMReminder) {
        if let line = reminder.line { write(line: line, to: STDOUT_FILENO) }
    }

    private static func text(ofVariable name: String) -> String? {
        // The environment's memory is only read, and the text is copied at once; nothing here changes the environment.
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(validatingCString: value)
    }

    private static func write(line: String, to descriptor: Int32) {
        let bytes = Array((line + "\n").utf8)
        // Nobody may be listening, which changes nothing: the status says all. The bytes are lent for the call.
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
