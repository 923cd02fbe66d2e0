import Glibc

/// What the process gives up for good before it serves anybody (attack G10).
///
/// Last among the steps of the start: once the process is not dumpable, `/proc/self` belongs to root and sockets can no longer
/// be bound through it.
public enum Hardening {
    /// No core image, no attaching debugger, no new privileges, files for the owner only, no death by a peer that hung up.
    public static func apply() throws {
        umask(0o077)
        signal(SIGPIPE, SIG_IGN)
        // A crash ends the process at once. Swift's own handlers would start a program that reads our memory and prints it.
        for crash in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGBUS, SIGSEGV] { signal(crash, SIG_DFL) }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        // The kernel reads the local; nothing of it is kept.
        guard unsafe setrlimit(Int32(RLIMIT_CORE.rawValue), &none) == 0 else { throw SystemError("forbid core images") }
        try control(Self.setNoNewPrivileges, 1, "forbid new privileges")
        try control(Self.setDumpable, 0, "forbid dumps")
    }

    /// PR_SET_DUMPABLE and PR_SET_NO_NEW_PRIVS of linux/prctl.h.
    private static let setDumpable: Int32 = 4
    private static let setNoNewPrivileges: Int32 = 38

    private typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32

    private static func control(_ option: Int32, _ value: UInt, _ action: String) throws {
        // prctl is declared with "..." in C, which Swift does not import. Its five integer arguments travel in the same registers
        // either way on every Linux ABI that Swift knows, so the symbol may be called by its true signature (prctl(2)).
        guard let symbol = unsafe dlsym(nil, "prctl") else { throw SystemError(action, number: ENOSYS) }
        let prctl = unsafe unsafeBitCast(symbol, to: Control.self)
        guard prctl(option, value, 0, 0, 0) == 0 else { throw SystemError(action) }
    }
}
