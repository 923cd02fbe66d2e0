public import SSPRVocabulary

/// Follows the code message of a method that is being registered.
public enum TraceEnrolment: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0208, name: "registration.trace",
        access: .rolesOrHolder(.helper), audit: .nothing(reason: "nothing is changed"),
        cost: .waiting, summary: "Says where the code message of a method under way is, and waits up to 30 s for news.")

    /// Which message, and what is known of it.
    public struct Request: Codable, Sendable {
        /// The registration.
        public let handle: RegistrationHandle
        /// The method under way.
        public let enrolment: EnrolmentID
        /// The state that the caller knows: waits for another one.
        ///
        /// Without it, answers at once.
        public let known: DeliveryState?

        /// Asks where a message is.
        public init(handle: RegistrationHandle, enrolment: EnrolmentID, known: DeliveryState? = nil) {
            self.handle = handle
            self.enrolment = enrolment
            self.known = known
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case handle = 1
            case enrolment = 2
            case known = 3
        }
    }

    /// Where it is.
    public typealias Reply = DeliveryTrace
}
