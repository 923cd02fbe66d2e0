public import SSPRVocabulary

/// Waits for questions to a device.
public enum ListApprovals: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0402, name: "devices.approvals",
        access: .roles(.helper, .person), audit: .nothing(reason: "nothing is changed; the device has signed for it"),
        cost: .waiting, summary: "Waits up to 30 s for questions to a device and lists them.")

    /// Which device asks.
    public struct Request: Codable, Sendable {
        /// The device's number.
        public let device: MethodID
        /// The device's clock; at most 2 minutes from the daemon's.
        public let at: Timestamp
        /// Over the listing statement.
        public let signature: DeviceSignature

        /// Asks what waits for a device.
        public init(device: MethodID, at: Timestamp, signature: DeviceSignature) {
            self.device = device
            self.at = at
            self.signature = signature
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case device = 1
            case at = 2
            case signature = 3
        }
    }

    /// The questions; none when none came in time.
    public struct Reply: Codable, Hashable, Sendable {
        /// Oldest first.
        public let questions: [ApprovalQuestion]

        /// Lists questions.
        public init(questions: [ApprovalQuestion]) { self.questions = questions }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case questions = 1
        }
    }
}

/// Answers a question to a device.
public enum AnswerApproval: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0403, name: "devices.answer",
        access: .roles(.helper, .person),
        audit: .events([.approvalAnswered, .recoveryCancelled, .recoveryBlocked, .methodDisabled]),
        cost: .store,
        summary: "Approves with the number that the terminal shows, or denies; a denial ends the recovery.")

    /// The signed answer.
    public struct Request: Codable, Sendable {
        /// The device's number.
        public let device: MethodID
        /// The question.
        public let question: ApprovalID
        /// What its owner decides.
        public let decision: ApprovalDecision
        /// The number that the recovering terminal shows, 0 to 99; with `approve` only.
        public let number: UInt8?
        /// Over the approval statement.
        public let signature: DeviceSignature

        /// Answers a question.
        public init(
            device: MethodID, question: ApprovalID, decision: ApprovalDecision, number: UInt8?,
            signature: DeviceSignature
        ) {
            self.device = device
            self.question = question
            self.decision = decision
            self.number = number
            self.signature = signature
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case device = 1
            case question = 2
            case decision = 3
            case number = 4
            case signature = 5
        }
    }

    /// It is noted.
    public typealias Reply = Empty
}
