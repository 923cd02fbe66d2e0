public import SSPRVocabulary

/// Notes that all addresses and numbers of an account are still right.
public enum ReviewContacts: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0209, name: "registration.review",
        access: .rolesOrHolder(.helper), audit: .events([.contactsReviewed]),
        cost: .store, summary: "Notes that all addresses and numbers of the account are still right.")

    /// Whose, by the registration that was opened for it.
    public struct Request: Codable, Sendable {
        /// The registration.
        public let handle: RegistrationHandle

        /// Says that all is right.
        public init(handle: RegistrationHandle) { self.handle = handle }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case handle = 1
        }
    }

    /// It is noted.
    public struct Reply: Codable, Hashable, Sendable {
        /// From when they must be looked at again; nil when never.
        public let reviewDueAt: Timestamp?

        /// Says when to look again.
        public init(reviewDueAt: Timestamp?) { self.reviewDueAt = reviewDueAt }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case reviewDueAt = 1
        }
    }
}
