import Glibc
public import SSPRVocabulary

/// What this host calls itself.
public enum SystemName {
    /// The host's name; `localhost` where it has none that people could read.
    public static func host() -> HostName {
        var buffer = [CChar](repeating: 0, count: 254)
        // One byte less than the buffer has, so that a zero is left at its end.
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return .localhost }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        do { return try HostName(String(decoding: bytes, as: UTF8.self)) } catch { return .localhost }
    }
}
