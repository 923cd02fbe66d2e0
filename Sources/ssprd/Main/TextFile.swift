import Glibc

/// Small text files: the configuration, and the printed pages.
enum TextFile {
    /// A file could not be read or written.
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// The largest configuration file.
    private static let limit = 1 << 20

    /// Reads a UTF-8 file of at most 1 MiB.
    static func read(_ path: String) throws -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failed("read", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw failed("read", path) }
            if count == 0 { break }
            bytes += chunk.prefix(count)
            guard bytes.count <= limit else { throw Failed(description: "\(path): larger than 1 MiB") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failed(description: "\(path): not UTF-8")
        }
        return text
    }

    /// Writes a UTF-8 file, in the place of one that is there.
    static func write(_ text: String, to path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failed("write", path) }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
            guard count > 0 else { throw failed("write", path) }
            rest = rest.dropFirst(count)
        }
    }

    private static func failed(_ verb: String, _ path: String) -> Failed {
        Failed(description: "cannot \(verb) \(path): \(unsafe String(cString: strerror(errno)))")
    }
}
