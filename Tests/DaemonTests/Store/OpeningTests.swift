import Foundation
import Glibc
import SSPRDomain
import SSPRStore
import SSPRVocabulary
import Testing

@Suite struct OpeningTests {
    private func refusal(_ state: TemporaryState) -> StoreOpenError.Reason? {
        do {
            _ = try state.open()
            return nil
        } catch let error as StoreOpenError {
            // Every refusal says where, what, and what next.
            #expect(error.description.contains(state.directory))
            #expect(!error.problem.isEmpty && !error.remedy.isEmpty)
            return error.reason
        } catch {
            Issue.record(error)
            return nil
        }
    }

    private func closedState() throws -> TemporaryState {
        let state = try TemporaryState()
        try state.open().close()
        return state
    }

    @Test func commitsAreSyncedAndTheReportSaysSo() throws {
        let report = try TemporaryState().open().report
        #expect(report.journalMode == "wal")
        #expect(report.synchronous == 2)
        #expect(report.schema == "0029 past")
        #expect(report.sqliteVersion.hasPrefix("3."))
    }

    @Test func everythingIsThereAfterOpeningAgain() throws {
        let state = try TemporaryState()
        let alice = try Sample.account(1, "alice", uid: 1000)
        let first = try state.open()
        try first.write { tx in
            try tx.insert(alice)
            try tx.append(try Sample.event(1))
        }
        let head = try first.read { try $0.auditHead() }
        try first.close()
        let second = try state.open()
        try second.write { try $0.append(try Sample.event(2)) }
        #expect(try second.read { try $0.account(uid: 1000) } == alice)
        #expect(try second.read { try $0.verifyLinks(after: 1, hash: head.hash).reached.sequence } == 2)
    }

    @Test func allFilesAreForTheOwnerOnly() throws {
        let state = try TemporaryState()
        let store = try state.open()
        try store.write { try $0.append(try Sample.event(1)) }
        let names = try FileManager.default.contentsOfDirectory(atPath: state.directory).sorted()
        #expect(names == ["lock", "ssprd.sqlite", "ssprd.sqlite-shm", "ssprd.sqlite-wal"])
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(atPath: state.directory + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        try store.close()
    }

    @Test(arguments: ["ssprd.sqlite", "lock"], [0o640, 0o604, 0o660, 0o400, 0o700])
    func looseFilesAreRefused(_ name: String, _ mode: Int) throws {
        let state = try closedState()
        let path = state.directory + "/" + name
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(refusal(state) == .permissions)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(refusal(state) == nil)
    }

    @Test(arguments: ["-wal", "-shm"])
    func looseCompanionsAreRefused(_ suffix: String) throws {
        let state = try closedState()
        #expect(
            FileManager.default.createFile(
                atPath: state.database + suffix, contents: Data(), attributes: [.posixPermissions: 0o644]))
        #expect(refusal(state) == .permissions)
    }

    @Test(arguments: [0o770, 0o702, 0o777])
    func aFolderThatOthersMayChangeIsRefused(_ mode: Int) throws {
        let state = try TemporaryState()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: state.directory)
        #expect(refusal(state) == .permissions)
        #expect(try FileManager.default.contentsOfDirectory(atPath: state.directory).isEmpty)
    }

    @Test func linksInPlaceOfTheDatabaseAreRefused() throws {
        let state = try closedState()
        try FileManager.default.moveItem(atPath: state.database, toPath: state.directory + "/elsewhere")
        try FileManager.default.createSymbolicLink(
            atPath: state.database, withDestinationPath: state.directory + "/elsewhere")
        #expect(refusal(state) == .inaccessible)
        try FileManager.default.removeItem(atPath: state.database)
        try FileManager.default.linkItem(atPath: state.directory + "/elsewhere", toPath: state.database)
        #expect(refusal(state) == .permissions)
    }

    @Test func aMissingFolderIsNotMade() throws {
        let state = try TemporaryState()
        try FileManager.default.removeItem(atPath: state.directory)
        #expect(refusal(state) == .inaccessible)
        #expect(!FileManager.default.fileExists(atPath: state.directory))
    }

    @Test(arguments: [
        "CREATE TABLE birds (name TEXT)", "PRAGMA application_id = 7",
        "PRAGMA application_id = 7; CREATE TABLE birds (name TEXT)",
    ])
    func anotherProgramsDatabaseIsRefusedAndStaysAsItIs(_ sql: String) throws {
        let state = try TemporaryState()
        try state.alter(sql)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: state.database)
        let before = FileManager.default.contents(atPath: state.database)
        #expect(refusal(state) == .foreign)
        #expect(FileManager.default.contents(atPath: state.database) == before)
    }

    @Test func aFileThatIsNoDatabaseIsRefused() throws {
        let state = try TemporaryState()
        #expect(
            FileManager.default.createFile(
                atPath: state.database, contents: Data("a letter".utf8), attributes: [.posixPermissions: 0o600]))
        #expect(refusal(state) == .foreign)
        #expect(FileManager.default.contents(atPath: state.database) == Data("a letter".utf8))
    }

    @Test func aNewerSchemaIsRefused() throws {
        let state = try closedState()
        try state.alter("INSERT INTO grdb_migrations (identifier) VALUES ('9999 from the future')")
        #expect(refusal(state) == .newerSchema)
        try state.alter("DELETE FROM grdb_migrations WHERE identifier = '9999 from the future'")
        #expect(refusal(state) == nil)
    }

    @Test func aBeginningThatWasCutShortIsFinished() throws {
        let state = try TemporaryState()
        // As after a crash between the first write and the first step of the schema.
        try state.alter(
            "PRAGMA application_id = 1397968978; CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: state.database)
        let store = try state.open()
        #expect(store.report.schema == "0029 past")
    }

    @Test func aDamagedFileIsAnErrorAndNoTrap() throws {
        let state = try closedState()
        let handle = try #require(FileHandle(forUpdatingAtPath: state.database))
        try handle.seek(toOffset: 100)
        try handle.write(contentsOf: Data(repeating: 0xff, count: 3000))
        try handle.close()
        #expect(refusal(state) == .corrupt)
    }

    @Test func aClosedStoreAnswersWithErrors() throws {
        let store = try TemporaryState().open()
        try store.close()
        #expect(throws: (any Error).self) { try store.write { try $0.append(try Sample.event(1)) } }
        #expect(throws: (any Error).self) { try store.read { try $0.auditHead() } }
    }
}

@Suite struct StateLockTests {
    @Test func aSecondOpeningIsRefusedAndNamesTheHolder() throws {
        let state = try TemporaryState()
        do {
            let first = try state.open()
            #expect {
                _ = try state.open()
            } throws: { error in
                (error as? StoreOpenError)?.reason == .locked(by: getpid())
                    && "\(error)".contains("process \(getpid())")
            }
            // The refused one has disturbed nothing.
            try first.write { try $0.append(try Sample.event(1)) }
        }
        #expect(try state.open().read { try $0.auditHead().sequence } == 1)
    }

    @Test func aFileThatIsLeftBehindLocksNothing() throws {
        let state = try TemporaryState()
        #expect(
            FileManager.default.createFile(
                atPath: state.directory + "/lock", contents: Data("1\n".utf8), attributes: [.posixPermissions: 0o600]))
        let store = try state.open()
        #expect(FileManager.default.contents(atPath: state.directory + "/lock") == Data("\(getpid())\n".utf8))
        try store.close()
    }

    @Test func aKilledHolderIsNoHolder() throws {
        let state = try TemporaryState()
        let script = """
            import fcntl, os, sys, time
            f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(f, fcntl.LOCK_EX)
            os.write(f, b"held by nobody you know\\n")
            print("held", flush=True)
            time.sleep(600)
            """
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        holder.arguments = [python, "-c", script, state.directory + "/lock"]
        let output = Pipe()
        holder.standardOutput = output
        try holder.run()
        var said = Data()
        while !said.contains(UInt8(ascii: "\n")) {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { break }
            said += more
        }
        #expect(said == Data("held\n".utf8))
        #expect {
            _ = try state.open()
        } throws: { error in
            (error as? StoreOpenError)?.reason == .locked(by: nil)
        }
        kill(holder.processIdentifier, SIGKILL)
        holder.waitUntilExit()
        #expect(try state.open().read { try $0.auditHead().sequence } == 0)
    }
}
