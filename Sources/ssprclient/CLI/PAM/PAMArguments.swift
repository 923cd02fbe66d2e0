import SSPRClient

/// The arguments after `pam`, read by hand: `auth|account [--socket PATH] [--server-uid N]`.
struct PAMArguments {
    /// The step of the PAM stack, spelled as in `PAM_TYPE`.
    enum Step: String {
        case auth
        case account
    }

    let step: Step
    private(set) var socket = Client.defaultPath
    private(set) var trust = ServerTrust.rootOrDirectoryOwner

    /// Refuses whatever it does not know: a mistyped option must not be a login.
    init(_ arguments: [String]) throws(PAMRefusal) {
        guard let first = arguments.first, let step = Step(rawValue: first) else {
            throw PAMRefusal(.usage, "auth or account, then [--socket PATH] [--server-uid N]")
        }
        self.step = step
        var rest = arguments.dropFirst()
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else { throw PAMRefusal(.usage, "an option without a value") }
            switch option {
            case "--socket": socket = value
            case "--server-uid":
                guard let uid = UInt32(value) else { throw PAMRefusal(.usage, "--server-uid takes a number") }
                trust = .uid(uid)
            default: throw PAMRefusal(.usage, "an option that pam does not know")
            }
        }
    }
}
