public import SSPRVocabulary

/// Tries a policy document on recoveries that have been.
public enum SimulatePolicy: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0533, name: "policy.simulate",
        access: .roles(.administrator), audit: .nothing(reason: "it is a rehearsal: nothing is changed"),
        cost: .store, requestLimit: PolicySource.maximumLength + 64,
        summary:
            "Says which recoveries since a moment would have succeeded under a document with the proofs that were given for them; reads the trail, one such call at a time."
    )

    /// The document, and how far to look back.
    public struct Request: Codable, Hashable, Sendable {
        /// YAML or JSON.
        public let document: PolicySource
        /// Up to a year ago.
        public let since: Timestamp

        /// Asks what a document would have done.
        public init(document: PolicySource, since: Timestamp) {
            self.document = document
            self.since = since
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case document = 1
            case since = 2
        }
    }

    /// What it would have done.
    public struct Reply: Codable, Hashable, Sendable {
        /// Recoveries since then for which all proofs were given.
        public let proven: UInt32
        /// Those of them whose proofs would have been enough.
        public let enough: UInt32
        /// Those that would have needed more.
        public let tooFew: UInt32
        /// Those of accounts for which recovery would have been off.
        public let notAdmitted: UInt32
        /// Those of accounts that there are no more.
        public let gone: UInt32
        /// What had been proven by those that would have needed more, the most frequent first; up to 32 sets.
        public let proofs: [ProvenTally]
        /// The first 100 accounts whose recoveries would not have succeeded as they did, in the order of the trail.
        public let names: [AccountName]

        /// Describes a simulation.
        public init(
            proven: UInt32, enough: UInt32, tooFew: UInt32, notAdmitted: UInt32, gone: UInt32, proofs: [ProvenTally],
            names: [AccountName]
        ) {
            self.proven = proven
            self.enough = enough
            self.tooFew = tooFew
            self.notAdmitted = notAdmitted
            self.gone = gone
            self.proofs = proofs
            self.names = names
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case proven = 1
            case enough = 2
            case tooFew = 3
            case notAdmitted = 4
            case gone = 5
            case proofs = 6
            case names = 7
        }
    }
}

/// How many recoveries were proven by the same kinds of methods.
public struct ProvenTally: Codable, Hashable, Sendable {
    /// The kinds, each once.
    public let kinds: [MethodKind]
    /// The recoveries.
    public let count: UInt32

    /// Counts recoveries.
    public init(kinds: [MethodKind], count: UInt32) {
        self.kinds = kinds
        self.count = count
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case kinds = 1
        case count = 2
    }
}
