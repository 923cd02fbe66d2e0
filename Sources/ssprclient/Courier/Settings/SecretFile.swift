import Glibc
import SSPRAgent
import SSPRVocabulary

/// A file that holds one secret: its first and only line.
enum SecretFile {
    /// Reads the file that `value` names; it must be closed to the world.
    static func read(_ value: SettingsValue) throws(SettingsError) -> Secret {
        let path = try value.absolutePath()
        var bytes: [UInt8]
        do throws(SystemError) {
            let file = try OpenFile(reading: path)
            let status = try file.status()
            guard status.st_uid == 0 || status.st_uid == geteuid(), status.st_mode & 0o027 == 0 else {
                throw SystemError(
                    "must belong to root or to this user, and be closed to the world and to the group's writing",
                    code: EPERM)
            }
            bytes = try file.readAll(limit: 4096)
        } catch {
            throw value.refused("cannot be used: \(error)")
        }
        defer { bytes.wipe() }
        let line = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        // A line end inside would end a header field (attack G7).
        guard !line.isEmpty, line.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw value.refused("expected a file with one line of text")
        }
        return Secret(line)
    }
}
