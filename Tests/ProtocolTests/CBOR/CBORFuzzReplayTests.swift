import Foundation
import StrictCBOR
import Testing

/// Every input that the fuzzer starts from, and every one that it has ever broken the codec with.
@Suite struct CBORFuzzReplayTests {
    @Test(arguments: ["Corpus", "FailCases"])
    func `Every file of the fuzzer is answered`(folder: String) throws {
        let url = repositoryRoot.appendingPathComponent("Tests/ProtocolTests/Fuzz/\(folder)")
        let files = try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
            .filter { !$0.lastPathComponent.hasPrefix(".") && $0.pathExtension != "md" }
        // FailCases is empty as long as nothing has been found.
        if folder == "Corpus" { #expect(files.count >= 24) }
        for file in files {
            let bytes = try [UInt8](Data(contentsOf: file))
            let error = refusal { try CBORValidator.validate(bytes) }
            let read = Result { try CBORItem(decoding: bytes) }
            switch read {
            case .success(let item):
                #expect(error == nil, "\(file.lastPathComponent)")
                #expect(item.encoded() == bytes, "\(file.lastPathComponent)")
                _ = try CBORDiagnostic.text(of: bytes)
            case .failure(let refused):
                #expect(refused as? CBORError == error, "\(file.lastPathComponent)")
            }
            for unknownKeys in [CBORDecoder.UnknownKeys.refuse, .ignore] {
                let decoder = CBORDecoder(unknownKeys: unknownKeys)
                let message = Result { try decoder.decode(Sample.Account.self, from: bytes) }
                if unknownKeys == .refuse, let account = try? message.get() {
                    #expect(try CBOREncoder().encode(account) == bytes, "\(file.lastPathComponent)")
                }
                if let error { #expect(refusal { _ = try message.get() } == error, "\(file.lastPathComponent)") }
            }
        }
    }
}
