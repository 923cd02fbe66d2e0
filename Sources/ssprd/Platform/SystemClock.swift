import Glibc
public import SSPRDomain
import SSPRVocabulary

/// The machine's clocks.
///
/// Stored times go by `CLOCK_BOOTTIME`, which nobody sets and which counts sleep, from the last reading that was held.
public final class SystemClock: HouseClock {
    private let boot: [UInt8]
    private let state: Guarded<ClockReading>

    /// Holds what the clocks say now; throws `SystemError` when the kernel does not say which start of the machine this is.
    public init() throws {
        boot = try Self.bootIdentifier()
        state = Guarded(Self.reading(boot))
    }

    /// Wall clock and boot clock at the same moment.
    public var reading: ClockReading { Self.reading(boot) }

    /// The reading from which time goes on.
    public var held: ClockReading { state.withLock { $0 } }

    /// Goes on from another reading.
    public func hold(_ reading: ClockReading) { state.withLock { $0 = reading } }

    /// The wall clock as it went on since the reading that is held.
    var now: Timestamp { held.wall(at: Self.sinceBoot) }

    /// The time since the machine was started, with its sleep.
    static var sinceBoot: Timestamp.Span { Timestamp.Span(milliseconds: milliseconds(of: CLOCK_BOOTTIME)) }

    /// Asked again when the process was kept from running between both clocks: that time would look like a jump.
    private static func reading(_ boot: [UInt8]) -> ClockReading {
        while true {
            let before = sinceBoot
            let wall = Timestamp(milliseconds: milliseconds(of: CLOCK_REALTIME))
            let after = sinceBoot
            if after.milliseconds - before.milliseconds <= 10 {
                return ClockReading(wall: wall, sinceBoot: after, boot: boot)
            }
        }
    }

    private static func milliseconds(of clock: clockid_t) -> Int64 {
        var time = timespec()
        // The call writes into a local; it cannot fail for these clocks and a valid pointer (clock_gettime(2)).
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// The 16 bytes of `/proc/sys/kernel/random/boot_id`, a UUID in text (random(4)).
    private static func bootIdentifier() throws -> [UInt8] {
        let path = "/proc/sys/kernel/random/boot_id"
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("open \(path)", number: errno) }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 64)
        // The buffer is as long as it says.
        let count = unsafe text.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        let digits = text.prefix(max(count, 0)).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 32 else { throw SystemError("read \(path)", number: count < 0 ? errno : EBADMSG) }
        return stride(from: 0, to: 32, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
