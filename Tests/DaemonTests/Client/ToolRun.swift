import Foundation
import Glibc

/// Runs the built `ssprclient`, which stands beside the test bundle, and waits for its end.
struct ToolRun {
    let status: Int32
    let output: String
    let errors: String

    /// The built program.
    static var program: String {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("ssprclient").path
    }

    /// What a sanitizer in the program must be told, if there is one.
    static let sanitizerOptions = ProcessInfo.processInfo.environment.filter { $0.key == "ASAN_OPTIONS" }

    /// Runs it with nothing in the environment but `environment`; `input` nil leaves the standard input open and silent.
    init(
        _ arguments: [String], input: [UInt8]? = [], environment: [String: String] = [:],
        program: String = ToolRun.program
    ) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = Self.sanitizerOptions.merging(environment) { $1 }
        let ends = (input: Pipe(), output: Pipe(), errors: Pipe())
        process.standardInput = ends.input
        process.standardOutput = ends.output
        process.standardError = ends.errors
        try process.run()
        if let input {
            // A program that ends without reading its input closes the pipe.
            signal(SIGPIPE, SIG_IGN)
            try? ends.input.fileHandleForWriting.write(contentsOf: Data(input))
            try? ends.input.fileHandleForWriting.close()
        }
        output = String(decoding: ends.output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        errors = String(decoding: ends.errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }
}
