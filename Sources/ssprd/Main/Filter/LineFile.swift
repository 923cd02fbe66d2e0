import Glibc
import SSPRPlatform

/// A file of any size, line by line.
enum LineFile {
    private static let chunk = 1 << 20
    /// No line of a list is longer.
    private static let longest = 1 << 16

    /// Hands each line over with its number, without its end; the last one may have none.
    static func read(_ path: String, _ body: (_ line: ArraySlice<UInt8>, _ number: Int) throws -> Void) throws {
        // The path is lent to the call only.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError("open \(path)", number: errno) }
        defer { close(file) }
        var number = 0
        var pending: [UInt8] = []
        var room = [UInt8](repeating: 0, count: chunk)
        while true {
            // The array is lent to the call only.
            let count = unsafe Glibc.read(file, &room, chunk)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("read \(path)", number: errno) }
            if count == 0 { break }
            pending += room.prefix(count)
            var start = 0
            while let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) {
                number += 1
                try body(pending[start..<end], number)
                start = end + 1
            }
            pending.removeFirst(start)
            guard pending.count <= longest else {
                throw FilterInputError(place: "\(path):\(number + 1)", problem: "longer than \(longest) bytes")
            }
        }
        if !pending.isEmpty { try body(pending[...], number + 1) }
    }
}
