import Glibc

/// A program at work and the pipes to its standard input and from its standard error.
struct RunningChild: ~Copyable {
    private var process: pid_t = 0
    /// Our ends.
    private var input: Int32 = -1
    private var complaints: Int32 = -1
    /// The child's ends.
    private var inputForChild: Int32 = -1
    private var complaintsForChild: Int32 = -1

    private static let complaintLimit = 4096
    /// The kernel gives the lowest number that is free, and an agent has a dozen open.
    private static let closed: Range<Int32> = 3..<256

    deinit {
        for end in [input, complaints, inputForChild, complaintsForChild] where end >= 0 { Glibc.close(end) }
    }

    /// Starts the program; throws when it cannot.
    ///
    /// What the pipe takes of its input is there before it is: if this process dies in between, the program must not take nothing, or half
    /// of a message, for the whole (invariant I5).
    mutating func start(
        _ arguments: [String], environment: [String], feeding input: inout Slice<UnsafeRawBufferPointer>
    ) throws(SystemError) {
        guard let program = arguments.first else { throw SystemError("no program", code: EINVAL) }
        (inputForChild, self.input) = try Self.makePipe()
        (complaints, complaintsForChild) = try Self.makePipe()
        for end in [self.input, complaints] where fcntl(end, F_SETFL, O_NONBLOCK) != 0 { throw SystemError("fcntl") }
        unsafe feed(&input)
        process = try spawn(program, arguments, environment)
        Self.close(&inputForChild)
        Self.close(&complaintsForChild)
    }

    private func spawn(_ program: String, _ arguments: [String], _ environment: [String]) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        // Both are initialised before use and destroyed after it; all pointers live for their call only.
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe posix_spawn_file_actions_adddup2(&actions, inputForChild, STDIN_FILENO)
        unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, complaintsForChild, STDERR_FILENO)
        // Libraries open descriptors that are not closed by themselves, such as libcurl's connections. One that is not open does no harm.
        for descriptor in Self.closed { unsafe posix_spawn_file_actions_addclose(&actions, descriptor) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        // A process group of its own, so that the time limit also reaches what it has started.
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var process: pid_t = 0
        let code = unsafe withCStrings(arguments) { arguments in
            unsafe withCStrings(environment) { environment in
                unsafe posix_spawn(&process, program, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw SystemError(program, code: code) }
        return process
    }

    /// Feeds the rest of the input, collects complaints, and waits for the end or makes it.
    mutating func converse(
        _ rest: Slice<UnsafeRawBufferPointer>, until deadline: ContinuousClock.Instant
    ) -> ChildProgram.Result {
        var rest = unsafe rest
        var complaint: [UInt8] = []
        while true {
            unsafe feed(&rest)
            collect(&complaint)
            if let ending = reap(options: WNOHANG) {
                collect(&complaint)
                return ChildProgram.Result(ending: ending, complaint: complaint)
            }
            guard ContinuousClock.now < deadline else {
                // The group: a program may have started others. Then the one that is ours to reap.
                kill(-process, SIGKILL)
                while reap(options: 0) == nil {}
                return ChildProgram.Result(ending: .timedOut, complaint: complaint)
            }
            pause()
        }
    }

    /// Writes what the pipe takes now; closes it at the end or when nobody reads.
    private mutating func feed(_ rest: inout Slice<UnsafeRawBufferPointer>) {
        while input >= 0 {
            // The pointer covers what is left of the caller's buffer and lives for the call only.
            let left = unsafe UnsafeRawBufferPointer(rebasing: rest)
            let put = unsafe left.isEmpty ? 0 : write(input, left.baseAddress, left.count)
            if put > 0 {
                unsafe rest = unsafe rest.dropFirst(put)
            } else if put < 0, errno == EINTR {
                continue
            } else if put < 0, errno == EAGAIN {
                return
            } else {
                Self.close(&input)
            }
        }
    }

    /// Reads what is there; closes the pipe at its end.
    private mutating func collect(_ complaint: inout [UInt8]) {
        var chunk = [UInt8](repeating: 0, count: 1024)
        while complaints >= 0 {
            // The buffer is lent for the call only.
            let got = unsafe read(complaints, &chunk, chunk.count)
            if got > 0 {
                complaint.append(contentsOf: chunk.prefix(min(got, Self.complaintLimit - complaint.count)))
            } else if got < 0, errno == EINTR {
                continue
            } else if got < 0, errno == EAGAIN {
                return
            } else {
                Self.close(&complaints)
            }
        }
    }

    /// Waits a moment: until the program reads or speaks, or, when both pipes are closed, for its near end.
    private func pause() {
        var waits = [
            pollfd(fd: complaints, events: Int16(POLLIN), revents: 0),
            pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
        ]
        // A negative descriptor is skipped; the array outlives the call.
        unsafe poll(&waits, nfds_t(waits.count), complaints < 0 ? 2 : 50)
    }

    /// Collects the program's end; nil when it has not come yet.
    private func reap(options: Int32) -> ChildProgram.Ending? {
        var status: Int32 = 0
        // The pointer lives for the call only.
        let reaped = unsafe waitpid(process, &status, options)
        if reaped == process {
            // waitpid's encoding: the low seven bits are the signal, the next byte the code.
            return status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f)
        }
        // Only this struct waits for its process, so ECHILD would mean that somebody took its status away.
        return reaped < 0 && errno != EINTR ? .signalled(0) : nil
    }

    private static func makePipe() throws(SystemError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        // The array holds the two numbers that pipe writes.
        guard unsafe pipe(&ends) == 0 else { throw SystemError("pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func close(_ end: inout Int32) {
        Glibc.close(end)
        end = -1
    }
}

/// Lends a NULL-terminated vector of C strings.
private func withCStrings<R>(_ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R) -> R {
    // Copies made by strdup stay valid until they are freed after the call.
    var pointers = unsafe texts.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
    return unsafe pointers.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("a vector with its terminator has a base") }
        return unsafe body(base)
    }
}
