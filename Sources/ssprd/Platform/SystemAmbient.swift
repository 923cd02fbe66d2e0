import Glibc
public import SSPRDomain
public import SSPRVocabulary

/// The machine's clock and randomness.
public struct SystemAmbient: Ambient {
    private let clock: SystemClock
    private let source: @Sendable (Int) -> [UInt8]

    /// Takes randomness from `source`, which returns as many unpredictable bytes as it is asked for; the kernel's when left out.
    public init(clock: SystemClock, random source: @escaping @Sendable (Int) -> [UInt8] = Self.kernelRandom) {
        self.clock = clock
        self.source = source
    }

    /// The wall clock as it went on since the reading that the clock holds.
    public var now: Timestamp { clock.now }

    /// The time since the machine was started.
    public var steady: Timestamp { Timestamp(milliseconds: SystemClock.sinceBoot.milliseconds) }

    /// `count` unpredictable bytes.
    public func random(_ count: Int) -> [UInt8] { source(count) }

    /// `count` bytes of `getentropy(3)`, which asks `getrandom(2)`.
    public static func kernelRandom(_ count: Int) -> [UInt8] {
        // The pointer lives for the length of the closure and each call is told how much room it may fill, at most 256 bytes.
        unsafe [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            while let start = room.baseAddress, filled < count {
                let part = min(count - filled, 256)
                // Going on without randomness would hand out predictable tokens.
                guard unsafe getentropy(start + filled, part) == 0 else {
                    preconditionFailure("the kernel gives no randomness")
                }
                filled += part
            }
        }
    }
}
