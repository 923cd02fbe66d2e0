public import SSPRVocabulary

/// Adds a group.
public enum AddGroup: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0510, name: "groups.add",
        access: .roles(.administrator), audit: .events([.groupAdded]),
        cost: .store, summary: "Adds a group without members.")

    /// Which group.
    public typealias Request = GroupRequest

    /// Done.
    public typealias Reply = Empty
}

/// Removes a group.
public enum RemoveGroup: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0511, name: "groups.remove",
        access: .roles(.administrator), audit: .events([.groupRemoved]),
        cost: .store, summary: "Removes a group; its members lose what they had by it.")

    /// Which group.
    public typealias Request = GroupRequest

    /// Done.
    public typealias Reply = Empty
}

/// Lists groups.
public enum ListGroups: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0512, name: "groups.list",
        access: .roles(.administrator), audit: .nothing(reason: "reading by an administrator changes nothing"),
        cost: .store, summary: "Lists groups in the order of their names, a page at a time.")

    /// Which page.
    public struct Request: Codable, Hashable, Sendable {
        /// The last name of the page before.
        public let after: GroupName?

        /// Asks for a page.
        public init(after: GroupName? = nil) {
            self.after = after
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case after = 1
        }
    }

    /// A page.
    public struct Reply: Codable, Hashable, Sendable {
        /// Up to 64 groups.
        public let groups: [GroupName]
        /// True when this is the last page.
        public let isLast: Bool

        /// Describes a page.
        public init(groups: [GroupName], isLast: Bool) {
            self.groups = groups
            self.isLast = isLast
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case groups = 1
            case isLast = 2
        }
    }
}

/// Makes accounts members of a group.
public enum AddMembers: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0513, name: "groups.join",
        access: .roles(.administrator), audit: .events([.groupJoined]),
        cost: .store, requestLimit: 8192,
        summary: "Makes accounts members of a group: all of them, or none when a plan of the group has no seat for all."
    )

    /// Who and which group.
    public typealias Request = Membership

    /// Done.
    public typealias Reply = Empty
}

/// Ends memberships.
public enum RemoveMembers: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0514, name: "groups.leave",
        access: .roles(.administrator), audit: .events([.groupLeft]),
        cost: .store, requestLimit: 8192, summary: "Ends memberships of a group.")

    /// Who and which group.
    public typealias Request = Membership

    /// Done.
    public typealias Reply = Empty
}

/// Lists the members of a group.
public enum ListMembers: Call {
    /// The declaration.
    public static let declaration = CallDeclaration<Request>(
        method: 0x0515, name: "groups.show",
        access: .roles(.administrator), audit: .nothing(reason: "reading by an administrator changes nothing"),
        cost: .store, summary: "Lists the members of a group in the order of their numbers, a page at a time.")

    /// Which page of which group.
    public struct Request: Codable, Hashable, Sendable {
        /// The group.
        public let group: GroupName
        /// What the page before has reached.
        public let after: AccountID?

        /// Asks for a page.
        public init(group: GroupName, after: AccountID? = nil) {
            self.group = group
            self.after = after
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case group = 1
            case after = 2
        }
    }

    /// A page.
    public struct Reply: Codable, Hashable, Sendable {
        /// Up to 64 members.
        public let accounts: [AccountName]
        /// Where the next page begins; nil when this is the last.
        public let reached: AccountID?

        /// Describes a page.
        public init(accounts: [AccountName], reached: AccountID? = nil) {
            self.accounts = accounts
            self.reached = reached
        }

        /// The keys on the wire.
        public enum CodingKeys: Int, CodingKey {
            case accounts = 1
            case reached = 2
        }
    }
}

/// A call about one group.
public struct GroupRequest: Codable, Hashable, Sendable {
    /// The group.
    public let group: GroupName

    /// Names a group.
    public init(group: GroupName) {
        self.group = group
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case group = 1
    }
}

/// Accounts that join a group or leave it.
public struct Membership: Codable, Hashable, Sendable {
    /// The group.
    public let group: GroupName
    /// Up to 64 accounts.
    public let accounts: [AccountName]

    /// Names a group and accounts.
    public init(group: GroupName, accounts: [AccountName]) {
        self.group = group
        self.accounts = accounts
    }

    /// The keys on the wire.
    public enum CodingKeys: Int, CodingKey {
        case group = 1
        case accounts = 2
    }
}
