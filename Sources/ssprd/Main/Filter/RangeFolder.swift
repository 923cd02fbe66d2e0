import Glibc
import SSPRPlatform

/// Range files: each holds the hashes that begin with the five digits of its name, without these.
enum RangeFolder {
    private static let prefixDigits = 5

    /// The files of a folder in the order of their names; the path itself when it is none.
    static func files(_ path: String) throws -> [String] {
        var status = stat()
        // The path is lent to the call, and the kernel fills the local.
        guard unsafe stat(path, &status) == 0 else { throw SystemError("look at \(path)", number: errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { return [path] }
        let names = try names(in: path)
        for name in names where prefix(of: name).isEmpty {
            throw FilterInputError(
                place: "\(path)/\(name)", problem: "expected a file that is called like five hexadecimal digits")
        }
        return names.sorted().map { "\(path)/\($0)" }
    }

    /// The five digits that a file is called by, also with .txt; empty when it has another name.
    static func prefix(of path: String) -> [UInt8] {
        var name = path.split(separator: "/").last.map(String.init) ?? path
        if name.hasSuffix(".txt") { name.removeLast(4) }
        let digits = Array(name.utf8)
        return digits.count == prefixDigits && digits.allSatisfy { HashLine.value($0) != nil } ? digits : []
    }

    private static func names(in path: String) throws -> [String] {
        // The path is lent to the call; the stream is closed below, and each entry is copied before the next one is read.
        guard let folder = unsafe opendir(path) else { throw SystemError("open \(path)", number: errno) }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
