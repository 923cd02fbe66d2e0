import Foundation
import SwiftProtobuf

/// The message as protoc would write it, by hand: the generator is a build of its own.
struct VerificationProtobuf: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase {
    static let protoMessageName = "bench.Verification"

    var user = ""
    var realm = ""
    var attempt: UInt32 = 0
    var deadline: Int64 = 0
    var token = Data()
    var unknownFields = SwiftProtobuf.UnknownStorage()

    init() {}

    var isInitialized: Bool { true }

    mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
        while let field = try decoder.nextFieldNumber() {
            switch field {
            case 1: try decoder.decodeSingularStringField(value: &user)
            case 2: try decoder.decodeSingularStringField(value: &realm)
            case 3: try decoder.decodeSingularUInt32Field(value: &attempt)
            case 4: try decoder.decodeSingularInt64Field(value: &deadline)
            case 5: try decoder.decodeSingularBytesField(value: &token)
            default: break
            }
        }
    }

    func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
        if !user.isEmpty { try visitor.visitSingularStringField(value: user, fieldNumber: 1) }
        if !realm.isEmpty { try visitor.visitSingularStringField(value: realm, fieldNumber: 2) }
        if attempt != 0 { try visitor.visitSingularUInt32Field(value: attempt, fieldNumber: 3) }
        if deadline != 0 { try visitor.visitSingularInt64Field(value: deadline, fieldNumber: 4) }
        if !token.isEmpty { try visitor.visitSingularBytesField(value: token, fieldNumber: 5) }
        try unknownFields.traverse(visitor: &visitor)
    }

    static func == (left: Self, right: Self) -> Bool {
        left.user == right.user && left.realm == right.realm && left.attempt == right.attempt
            && left.deadline == right.deadline && left.token == right.token && left.unknownFields == right.unknownFields
    }
}
