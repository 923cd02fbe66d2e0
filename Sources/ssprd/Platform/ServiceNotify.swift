import Glibc

/// Tells the service manager how far the daemon is (sd_notify(3)); silent when nobody asked.
public struct ServiceNotify: Sendable {
    /// What can be told.
    public enum State: Sendable {
        /// The socket answers.
        case ready
        /// The socket answers, and the configuration was not reloaded as it was asked.
        case readyAsBefore
        /// The configuration is being read again, since this moment of the monotonic clock in microseconds.
        case reloading(at: UInt64)
        /// The end has begun.
        case stopping

        /// What the manager is sent (sd_notify(3)).
        public var text: String {
            switch self {
            case .ready: "READY=1\nSTATUS=Serving"
            case .readyAsBefore: "READY=1\nSTATUS=Serving; the last reload failed, see the log"
            case .reloading(let moment): "RELOADING=1\nMONOTONIC_USEC=\(moment)"
            case .stopping: "STOPPING=1"
            }
        }

        /// Reading the configuration begins now.
        public static var reloadingNow: State {
            var time = timespec()
            // The call writes into a local; it cannot fail for this clock.
            unsafe clock_gettime(CLOCK_MONOTONIC, &time)
            return .reloading(at: UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000)
        }
    }

    private let path: String?

    /// Takes the manager's socket from `NOTIFY_SOCKET` and removes the variable, so that no child inherits it.
    public static func fromEnvironment() -> ServiceNotify {
        // getenv's text is copied at once; the start is single-threaded.
        let path = unsafe getenv("NOTIFY_SOCKET").map { unsafe String(cString: $0) }
        unsafe unsetenv("NOTIFY_SOCKET")
        return ServiceNotify(path: path)
    }

    /// Tells whoever listens at `path` (`@` for an abstract name); nobody when nil.
    public init(path: String?) { self.path = path }

    /// Tells one state; throws `SystemError` when the manager's socket does not take it.
    public func tell(_ state: State) throws {
        guard let path else { return }
        guard let address = UnixAddress(path) else { throw SystemError("use NOTIFY_SOCKET", number: ENAMETOOLONG) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError("make a socket") }
        defer { close(descriptor) }
        let text = Array(state.text.utf8)
        // Address and text outlive the call, which copies both.
        let sent = unsafe address.withPointer { pointer, length in
            unsafe sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL), pointer, length)
        }
        guard sent == text.count else { throw SystemError("tell the service manager \(state)") }
    }
}
