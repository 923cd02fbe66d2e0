import Glibc
import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// Writes each message as a file `ID-KIND.eml`, `.sms`, `.voice` or `.push`, for trying out and for programs that pick files up.
///
/// The name depends on the message only: a repeat replaces the file with an equal one, so nobody sees a message twice or half.
struct SpoolTransport: Transport {
    private let folder: String

    var channels: Set<DeliveryChannel> { Set(DeliveryChannel.allCases) }

    /// A local disk takes no time that would have to be limited.
    var limit: Duration { .zero }

    /// Takes a folder that belongs to root or to this user and that nobody else can write to.
    init(folder: String) throws(SystemError) {
        self.folder = folder
        let status = try OpenFile(folder: folder).status()
        guard status.st_uid == 0 || status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            let rule = "must belong to root or to this user and be writable by nobody else"
            throw SystemError("\(folder) \(rule)", code: EPERM)
        }
    }

    func deliver(_ message: OutgoingMessage, within limit: Duration) -> Verdict {
        do {
            let job = message.job
            let (content, suffix) =
                switch job.channel {
                case .email: (try message.letter().rendered(.crlf), "eml")
                case .sms, .voice: (Self.note(message, to: try message.phone().text), job.channel.rawValue)
                case .push: (Self.note(message, to: try message.wakeAddress().text), job.channel.rawValue)
                }
            try write(content, name: "\(job.id)-\(job.kind.rawValue)", suffix: suffix, lease: job.lease)
            return Verdict(outcome: .accepted, detail: "written")
        } catch let error as MessageError {
            return Verdict(outcome: .refused, detail: "\(error)", fault: .misconfigured)
        } catch {
            return Verdict(outcome: .retry, detail: "\(error)")
        }
    }

    /// Whom to call, write to or wake, an empty line, and what to say.
    private static func note(_ message: OutgoingMessage, to recipient: String) -> Secret {
        .assembled(capacity: 4096) { bytes in
            bytes += Array("To: \(recipient)\n\n".utf8)
            message.line.append(to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    private func write(_ message: Secret, name: String, suffix: String, lease: UInt32) throws(SystemError) {
        let folder = try OpenFile(folder: folder)
        // What a courier left that died in an earlier lease holds a code: remove it.
        // In all calls below names are lent for the call only.
        for earlier in 0..<min(lease, 1000) {
            unsafe unlinkat(folder.descriptor, Self.temporary(name, earlier), 0)
        }
        let temporary = Self.temporary(name, lease)
        do throws(SystemError) {
            let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
            let file = OpenFile(taking: unsafe openat(folder.descriptor, temporary, flags, 0o600))
            guard file.descriptor >= 0 else { throw SystemError(temporary) }
            try Self.fill(file, with: message)
            guard fsync(file.descriptor) == 0 else { throw SystemError("fsync") }
            guard unsafe renameat(folder.descriptor, temporary, folder.descriptor, "\(name).\(suffix)") == 0 else {
                throw SystemError("rename")
            }
        } catch {
            unsafe unlinkat(folder.descriptor, temporary, 0)
            throw error
        }
        // The new name itself must be on disk before the daemon forgets the message.
        guard fsync(folder.descriptor) == 0 else { throw SystemError("fsync of the folder") }
    }

    private static func temporary(_ name: String, _ lease: UInt32) -> String { ".\(name).\(lease)" }

    private static func fill(_ file: borrowing OpenFile, with message: Secret) throws(SystemError) {
        var failure: SystemError?
        // The bytes are written while they are lent; rethrows would lose the error's type.
        unsafe message.withBytes { bytes in
            do throws(SystemError) { unsafe try file.writeAll(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
