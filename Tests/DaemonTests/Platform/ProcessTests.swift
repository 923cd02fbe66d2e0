import Foundation
import Glibc
import SSPRPlatform
import SSPRVocabulary
import Testing

@Suite struct ProcessTests {
    @Test("The clock is the wall clock, and randomness has the length asked for and does not repeat")
    func ambient() throws {
        let ambient = try SystemAmbient(clock: SystemClock())
        let difference = Double(ambient.now.milliseconds) / 1000 - Date().timeIntervalSince1970
        #expect(abs(difference) < 5)
        for count in [0, 1, 255, 256, 257, 5000] { #expect(ambient.random(count).count == count) }
        #expect(ambient.random(32) != ambient.random(32))
        #expect(Set(ambient.random(10_000)).count == 256)
        #expect(
            try SystemAmbient(clock: SystemClock(), random: { Array(repeating: 7, count: $0) }).random(3) == [7, 7, 7])
    }

    @Test("The kernel's own credentials of this process")
    func credentials() throws {
        var pair: [Int32] = [0, 0]
        // The array has room for two.
        #expect(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        defer { for one in pair { close(one) } }
        let peer = try PeerCredentials(descriptor: pair[0])
        #expect(peer.uid == geteuid())
        #expect(peer.gid == getegid())
        #expect(peer.pid == getpid())
        #expect(peer.groups.count == Int(getgroups(0, nil)))
        // The path is lent to the call only.
        let null = unsafe open("/dev/null", O_RDONLY)
        defer { close(null) }
        #expect(throws: SystemError.self) { try PeerCredentials(descriptor: null) }
    }

    @Test func overflow() throws {
        let text = try String(contentsOfFile: "/proc/sys/kernel/overflowuid", encoding: .utf8)
        #expect(try OverflowIDs.current().uid == UInt32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    @Test("A hardened process cannot be dumped, gains nothing and leaves no file to others")
    func hardening() async {
        await #expect(processExitsWith: .success) {
            try Hardening.apply()
            let status = try String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
            guard status.contains("NoNewPrivs:\t1") else { exit(2) }
            guard umask(0) == 0o077 else { exit(3) }
            var limit = rlimit()
            // The kernel fills the local.
            guard unsafe getrlimit(Int32(RLIMIT_CORE.rawValue), &limit) == 0, limit.rlim_max == 0 else { exit(4) }
            var entry = stat()
            // /proc/self belongs to root exactly when the process is not dumpable; root itself looks at the file's mode of exe.
            guard unsafe stat("/proc/self/exe", &entry) == 0, entry.st_uid == 0 else { exit(5) }
            guard kill(getpid(), SIGPIPE) == 0 else { exit(6) }
            exit(0)
        }
    }

    @Test(
        "Not dumpable: another process of the same uid may not read its memory",
        .enabled(if: ServerTools.isRoot, "taking on another uid needs root"))
    func memory() async {
        await #expect(processExitsWith: .success) {
            guard setgid(4242) == 0, setuid(4242) == 0 else { exit(2) }
            func owner() -> UInt32 {
                var entry = stat()
                // The kernel fills the local.
                return unsafe stat("/proc/self/mem", &entry) == 0 ? entry.st_uid : .max
            }
            // Changing ids has made the process undumpable already; only a fresh image is dumpable, so the flag itself is asked for.
            try Hardening.apply()
            guard owner() == 0 else { exit(3) }
            exit(0)
        }
    }

    @Test("A blocked SIGTERM is waited for and runs no handler")
    func signals() async {
        await #expect(processExitsWith: .success) {
            try DaemonSignals.block()
            raise(SIGTERM)
            guard try DaemonSignals.wait() == .end(SIGTERM) else { exit(2) }
            raise(SIGINT)
            guard try DaemonSignals.wait() == .end(SIGINT) else { exit(3) }
            raise(SIGHUP)
            guard try DaemonSignals.wait() == .reload else { exit(4) }
            // However many ask for a reload: the end comes first.
            raise(SIGHUP)
            raise(SIGTERM)
            guard try DaemonSignals.wait() == .end(SIGTERM) else { exit(5) }
            exit(0)
        }
    }

    @Test("The service manager hears of ready and stopping, also at an abstract name")
    func notify() throws {
        let folder = try ShortFolder()
        for (path, abstract) in [
            (folder.path + "/n", false), ("@sspr-\(getpid())-\(UInt32.random(in: 0 ... .max))", true),
        ] {
            let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            var bytes = Array(path.utf8)
            if abstract { bytes[0] = 0 }
            // The path is far shorter than the field.
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
            let bound = unsafe withUnsafePointer(to: address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, socklen_t(2 + bytes.count + (abstract ? 0 : 1)))
                }
            }
            #expect(bound == 0)
            let notify = ServiceNotify(path: path)
            for state in [ServiceNotify.State.ready, .reloadingNow, .readyAsBefore, .stopping] {
                try notify.tell(state)
                var text = [UInt8](repeating: 0, count: 100)
                // The kernel is told the room.
                let count = unsafe recv(descriptor, &text, text.count, 0)
                #expect(String(decoding: text.prefix(max(count, 0)), as: UTF8.self) == state.text)
            }
        }
        try ServiceNotify(path: nil).tell(.ready)
        #expect(throws: SystemError.self) { try ServiceNotify(path: folder.path + "/nobody").tell(.ready) }
    }

    @Test func descriptorLimit() throws {
        let current = try DescriptorLimit.current()
        #expect(current > 0)
        #expect(try DescriptorLimit.raise(to: 1) == current)
    }
}
