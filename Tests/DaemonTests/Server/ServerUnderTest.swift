import Foundation
import Glibc
import Logging
import SSPRDomain
import SSPRPlatform
import SSPRProtocol
import SSPRVocabulary
import StrictCBOR

@testable import SSPRServer

/// A folder with a short name, gone at the end.
final class ShortFolder: Sendable {
    let path: String

    init() throws {
        path = "/tmp/sspr-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path): \(error)") }
    }
}

/// A server with some rows on a real socket.
final class ServerUnderTest: Sendable {
    let folder: ShortFolder
    let room: WaitingRoom
    let server: Server
    let listener: ListeningSocket
    private let table: CallTable
    let log = LineLog()

    var path: String { folder.path + "/s" }

    init(
        _ rows: [Row] = [.hello(version: "test"), .inline(Ping.self) { _, _ in Empty() }], roles: RoleMap = .standard,
        limits: ServerLimits = ServerLimits(), room: WaitingRoom? = nil,
        owns: @escaping @Sendable (AccountName, UInt32) throws -> Bool = { _, _ in false }
    ) throws {
        folder = try ShortFolder()
        self.room = try room ?? WaitingRoom(ambient: SystemAmbient(clock: SystemClock()), limits: limits)
        let log = log
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .debug
        table = CallTable(partial: rows)
        server = try Server(table: table, roles: roles, room: self.room, logger: logger, owns: owns)
        listener = try ListeningSocket.bind(path: folder.path + "/s")
        try server.start(on: [listener])
    }

    /// Puts another map of roles in force, under the same rows.
    func put(_ roles: RoleMap) throws { try server.put(table, roles: roles) }

    func client() throws -> RawClient { try RawClient(path) }

    /// Stops; true when everything ended in time.
    func stop() throws -> Bool {
        let isClean = try server.stop()
        try listener.remove()
        return isClean
    }
}

/// Keeps the lines of a log.
struct LineLog: LogHandler {
    private final class Lines: Sendable {
        let all = Guarded<[String]>([])
    }

    private let lines = Lines()
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .debug

    var text: String { lines.all.withLock { $0.joined(separator: "\n") } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let line = "\(event.message) \(event.metadata ?? [:])"
        lines.all.withLock { $0.append(line) }
    }
}

/// A flag or counter shared between a test and a server's threads.
final class Tally: Sendable {
    private let value = Guarded<[String]>([])

    func add(_ word: String) { value.withLock { $0.append(word) } }

    var words: [String] { value.withLock { $0 } }

    /// Waits until there are that many words; false after ten seconds.
    func reaches(_ count: Int) -> Bool {
        for _ in 0..<2000 {
            if words.count >= count { return true }
            usleep(5000)
        }
        return false
    }
}

/// What many tests of the server need.
enum ServerTools {
    static func encoded<T: Encodable>(_ value: T) throws -> [UInt8] { try CBOREncoder().encode(value) }

    /// Returns a function that says how many milliseconds have passed since.
    static func stopwatch() -> () -> Int {
        let start = ContinuousClock.now
        return { Int(start.duration(to: .now) / .milliseconds(1)) }
    }

    /// A map in which the test's own uid holds just these roles.
    static func roles(_ roles: PeerRole...) -> RoleMap {
        var map = RoleMap()
        for role in roles { map.assign(role, uids: [geteuid()], gids: []) }
        return map
    }

    /// Runs a Python program under other ids and returns what it prints.
    ///
    /// Only root may.
    static func run(uid: UInt32, gid: UInt32? = nil, groups: [UInt32] = [], _ program: String, _ arguments: String...)
        throws -> String
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        let groupOption =
            groups.isEmpty ? "--clear-groups" : "--groups=" + groups.map(String.init).joined(separator: ",")
        process.arguments =
            ["--reuid=\(uid)", "--regid=\(gid ?? uid)", groupOption, "/usr/bin/python3", "-I", "-c", program]
            + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    static let isRoot = geteuid() == 0
}
