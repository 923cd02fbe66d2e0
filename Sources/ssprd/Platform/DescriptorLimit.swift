import Glibc

/// How many descriptors the process may have open (`RLIMIT_NOFILE`).
public enum DescriptorLimit {
    /// The limit in force.
    public static func current() throws -> Int { Int(clamping: try read().rlim_cur) }

    /// Raises the limit as far as the process may, up to `wanted`, and returns the limit then in force.
    ///
    /// Never lowers it.
    @discardableResult
    public static func raise(to wanted: Int) throws -> Int {
        var limit = try read()
        let goal = min(rlim_t(wanted), limit.rlim_max)
        guard goal > limit.rlim_cur else { return Int(clamping: limit.rlim_cur) }
        limit.rlim_cur = goal
        // The kernel reads the local; nothing of it is kept.
        guard unsafe setrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw SystemError("raise the descriptor limit")
        }
        return Int(clamping: goal)
    }

    private static func read() throws -> rlimit {
        var limit = rlimit()
        // The kernel fills the local.
        guard unsafe getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw SystemError("read the descriptor limit")
        }
        return limit
    }
}
