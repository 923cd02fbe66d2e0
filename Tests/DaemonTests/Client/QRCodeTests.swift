import Foundation
import Testing

@testable import SSPRClientCLI

/// The drawing on the terminal is read back as a camera would, by `zbarimg`.
@Suite struct QRCodeTests {
    private static let programs = ["/usr/bin/qrencode", "/usr/bin/zbarimg"]
    private static let arePresent = programs.allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }

    /// The half blocks as a picture (PGM), each module a square of `size` points; light is what the terminal would show light.
    private func picture(_ lines: [String], size: Int) -> Data {
        var rows: [[UInt8]] = []
        for line in lines {
            let halves: [(upper: UInt8, lower: UInt8)] = line.map { mark in
                switch mark {
                case "█": (255, 255)
                case "▀": (255, 0)
                case "▄": (0, 255)
                default: (0, 0)
                }
            }
            rows.append(halves.map(\.upper))
            rows.append(halves.map(\.lower))
        }
        let width = (rows.first?.count ?? 0) * size
        var data = Data("P5\n\(width) \(rows.count * size)\n255\n".utf8)
        for row in rows {
            let points = row.flatMap { [UInt8](repeating: $0, count: size) }
            for _ in 0..<size { data.append(contentsOf: points) }
        }
        return data
    }

    @Test(.enabled(if: QRCodeTests.arePresent, "needs qrencode and zbarimg"))
    func theDrawingReadsBackAsTheURI() throws {
        let uri =
            "otpauth://totp/Example:ana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example&algorithm=SHA1&digits=6&period=30"
        let lines = try #require(QRCode.lines(uri))
        let file = NSTemporaryDirectory() + "sspr-qr-\(UInt32.random(in: 0 ... .max)).pgm"
        try picture(lines, size: 6).write(to: URL(fileURLWithPath: file))
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: file) } }
        let run = try ToolRun(["-q", "--raw", file], program: Self.programs[1])
        #expect(run.output == uri + "\n")
    }

    @Test(.enabled(if: QRCodeTests.arePresent, "needs qrencode and zbarimg"))
    func whatDoesNotFitIsNotDrawn() {
        #expect(QRCode.lines(String(repeating: "x", count: 5000)) == nil)
    }
}
