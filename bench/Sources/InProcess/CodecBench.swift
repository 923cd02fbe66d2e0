import Foundation
import StrictCBOR
import SwiftProtobuf

/// One message of five fields, encoded and decoded by three codecs in turn.
struct CodecBench {
    let rounds: Int
    private static let repeats = 10_000

    func run() throws {
        let token = (0..<32).map { UInt8($0 * 7) }
        let cbor = Verification(
            user: "maria.lindqvist", realm: "corp.example.org", attempt: 3, deadline: 1_795_000_000_123,
            token: ByteString(token))
        let json = VerificationJSON(
            user: cbor.user, realm: cbor.realm, attempt: 3, deadline: cbor.deadline, token: Data(token))
        var protobuf = VerificationProtobuf()
        protobuf.user = cbor.user
        protobuf.realm = cbor.realm
        protobuf.attempt = 3
        protobuf.deadline = cbor.deadline
        protobuf.token = Data(token)

        let jsonEncoder = JSONEncoder()
        let jsonDecoder = JSONDecoder()
        jsonEncoder.outputFormatting = .sortedKeys
        // As the daemon decodes requests and encodes replies.
        let encoder = CBOREncoder()
        let decoder = CBORDecoder(unknownKeys: .refuse)
        let candidates: [(name: String, both: () throws -> Bool)] = [
            ("cbor", { try decoder.decode(Verification.self, from: encoder.encode(cbor)) == cbor }),
            (
                "protobuf",
                {
                    let bytes: [UInt8] = try protobuf.serializedBytes()
                    return try VerificationProtobuf(serializedBytes: bytes) == protobuf
                }
            ),
            ("json", { try jsonDecoder.decode(VerificationJSON.self, from: jsonEncoder.encode(json)) == json }),
        ]
        var times = [[Double]](repeating: [], count: candidates.count)
        for _ in 0..<rounds {
            for (place, candidate) in candidates.enumerated() {
                let took = try secondsTaken {
                    for _ in 0..<Self.repeats where try !candidate.both() { throw Differs(codec: candidate.name) }
                }
                times[place].append(took / Double(Self.repeats) * 1e9)
            }
        }
        let lists = zip(candidates, times).map { candidate, times in "\"\(candidate.name)\":\(times.map(\.short))" }
        print("{\(lists.joined(separator: ","))}")
    }

    /// What came back is not what went in.
    private struct Differs: Error {
        let codec: String
    }
}

/// As a call of the house declares it.
private struct Verification: Codable, Equatable {
    let user: String
    let realm: String
    let attempt: UInt32
    let deadline: Int64
    let token: ByteString

    enum CodingKeys: Int, CodingKey {
        case user = 1
        case realm = 2
        case attempt = 3
        case deadline = 4
        case token = 5
    }
}

/// The same for Foundation's JSON, which writes bytes as base64 when they are `Data`.
private struct VerificationJSON: Codable, Equatable {
    let user: String
    let realm: String
    let attempt: UInt32
    let deadline: Int64
    let token: Data
}
