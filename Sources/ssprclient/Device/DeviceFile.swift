import Glibc
import SSPRAgent
import SSPRVocabulary
import StrictCBOR

/// What a paired device is, as its file says in the clear; bound to the sealed seed, so that neither can be exchanged.
struct DeviceIdentity: Codable {
    let instance: InstanceID
    let host: HostName
    let account: AccountName
    let device: MethodID
    let key: DeviceKey

    enum CodingKeys: Int, CodingKey {
        case instance = 1
        case host = 2
        case account = 3
        case device = 4
        case key = 5
    }
}

/// A paired device on the disk: its seed is sealed under a passphrase.
struct DeviceFile: Codable {
    let identity: DeviceIdentity
    let seed: SealedSeed

    enum CodingKeys: Int, CodingKey {
        case identity = 1
        case seed = 2
    }

    /// Longer is no file of ours.
    private static let limit = 4096

    /// Reads a file that belongs to nobody else and that nobody else may read.
    static func read(_ path: String) throws -> DeviceFile {
        let file = try opened(path)
        let status = try file.status()
        guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            throw DeviceError(.file, "\(path) is not yours alone", next: "chown and chmod 600 \(path)")
        }
        do {
            return try CBORDecoder(unknownKeys: .refuse).decode(DeviceFile.self, from: file.readAll(limit: limit))
        } catch is CBORError {
            throw DeviceError(.file, "\(path) is not a device's file", next: "pair again: ssprclient register device")
        }
    }

    private static func opened(_ path: String) throws -> OpenFile {
        do throws(SystemError) { return try OpenFile(reading: path) } catch {
            guard error.code == ENOENT else { throw error }
            throw DeviceError(.noInput, "there is no device at \(path)", next: "sspr-device pair")
        }
    }

    /// Writes a new file; never over one that is there.
    func write(_ path: String) throws {
        let bytes = try CBOREncoder().encode(self)
        // The path is lent for the call only.
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw SystemError(path) }
            throw DeviceError(.file, "\(path) is there already", next: "another --file, or remove it")
        }
        let file = OpenFile(taking: descriptor)
        // The bytes are lent for the call only.
        try unsafe bytes.withUnsafeBytes { bytes in try unsafe file.writeAll(bytes) }
        guard fsync(descriptor) == 0 else { throw SystemError(path) }
    }
}
