import Glibc

/// What an agent does with itself before its first call.
public enum ProcessSetup {
    /// No core file, no file readable by others, no death by a closed pipe, no descriptor from whoever started it.
    public static func harden() throws(SystemError) {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        // The pointer lives for the call only.
        let result = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        guard result == 0 else { throw SystemError("setrlimit") }
        umask(0o077)
        signal(SIGPIPE, SIG_IGN)
        for descriptor in STDERR_FILENO + 1..<1024 { close(descriptor) }
    }
}
