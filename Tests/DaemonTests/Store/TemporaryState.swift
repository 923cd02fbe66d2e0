import Foundation
import Glibc
import SSPRDomain
import SSPRStore
import SSPRVocabulary

/// A folder for one state.
///
/// It goes with the process and not with this object, which a test may stop naming while its store is still in use.
struct TemporaryState: Sendable {
    let directory: String

    init() throws {
        directory = Self.base + "/" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    private static let base: String = {
        atexit { try? FileManager.default.removeItem(atPath: TemporaryState.base) }
        return FileManager.default.temporaryDirectory.appendingPathComponent("sspr-store-\(getpid())").path
    }()

    var database: String { directory + "/ssprd.sqlite" }

    func open(
        pageLimit: UInt32? = nil, now: @escaping @Sendable () -> Timestamp = { Sample.at(0) }
    ) throws -> SQLiteStore {
        try SQLiteStore(directory: directory, hash: MemoryStore.simpleHash, now: now, pageLimit: pageLimit)
    }

    /// Changes the closed database as somebody with the file would: with another program.
    func alter(_ sql: String) throws {
        let script =
            "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.create_function('moment', 0, lambda: 0); d.executescript(sys.argv[2]); d.commit(); d.close()"
        let result = try runTool(python, "-c", script, database, sql)
        guard result.status == 0 else { throw ToolFailed(output: result.output) }
    }

    struct ToolFailed: Error {
        let output: String
    }
}

/// The system's own Python where there is one: a version manager's takes ten times as long to start.
let python = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") ? "/usr/bin/python3" : "python3"

/// Runs a program of the system to its end.
func runTool(_ arguments: String...) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

/// One of the two implementations of the port.
struct StoreUnderTest: Sendable {
    let store: any Store

    /// Both implementations of the port answer to the same tests.
    enum Kind: String, CaseIterable, Sendable {
        case memory
        case sqlite
    }

    init(_ kind: Kind, now: @escaping @Sendable () -> Timestamp = { Sample.at(0) }) throws {
        store =
            switch kind {
            case .memory: MemoryStore(now: now)
            case .sqlite: try TemporaryState().open(now: now)
            }
    }

    func write<R: Sendable>(_ body: @Sendable (any Transaction) throws -> R) throws -> R { try store.write(body) }
    func read<R: Sendable>(_ body: @Sendable (any Snapshot) throws -> R) throws -> R { try store.read(body) }
}
