import SSPRDomain
import SSPRProtocol
import SSPRVocabulary

// What reports say, in the words of the wire. No decision is made here.

extension ReportRegistration.Reply {
    init(_ page: (users: RegistrationFigures, administrators: RegistrationFigures, reached: AccountName?)) {
        self.init(users: page.users, administrators: page.administrators, reached: page.reached)
    }
}

extension ReportActivity.Reply {
    init(_ page: Reports.ActivityPage) {
        self.init(
            tallies: page.tallies, recoveries: page.recoveries, origins: page.origins, reached: page.reached,
            isLast: page.isLast)
    }
}

extension ReportDeliveries.Reply {
    init(_ page: (channels: [ChannelFigures], reached: UInt64, isLast: Bool)) {
        self.init(channels: page.channels, reached: page.reached, isLast: page.isLast)
    }
}

extension ReportBlocked.Reply {
    init(_ page: (accounts: [BlockedAccount], reached: AccountName?)) {
        self.init(accounts: page.accounts, reached: page.reached)
    }
}
