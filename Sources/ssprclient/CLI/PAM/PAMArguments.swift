import SSPRClient

/// The arguments after `pam`, read by hand: `auth|account [--socket PATH] [--server-uid N]`.
struct PAMArguments {
    /// The step of the PAM stack, spelled as in `PAM_TYPE`.
    enum Step {
        case auth
        case account

        /// The name, in `PAM_TYPE` too.
        var name: String { self == .auth ? "auth" : "account" }
    }

    let step: Step
    private(set) var socket = Client.defaultPath
    private(set) var trust = ServerTrust.rootOrDirectoryOwner

    /// Refuses whatever it does not know: a mistyped option must not be a login.
    init(_ arguments: [String]) throws(PAMRefusal) {
        guard let first = arguments.first, first == "auth" || first == "account" else {
            throw PAMRefusal(.usage, "auth or account, then [--socket PATH] [--server-uid N]")
        }
        step = first == "auth" ? .auth : .account
        var index = 1
        while index < arguments.count {
            guard index + 1 < arguments.count else { throw PAMRefusal(.usage, "an option without a value") }
            let value = arguments[index + 1]
            if arguments[index] == "--socket" {
                socket = value
            } else if arguments[index] == "--server-uid" {
                guard let uid = UInt32(value) else { throw PAMRefusal(.usage, "--server-uid takes a number") }
                trust = .uid(uid)
            } else {
                throw PAMRefusal(.usage, "an option that pam does not know")
            }
            index += 2
        }
    }
}
