/// What is asked of a person at a login, in fixed words (feature F3).
struct PAMReminder: Equatable {
    var missing: UInt32
    var isReviewDue = false
    /// How often it may still be put off; nil where the daemon does not count.
    var postponements: UInt32?

    /// One line; nil when nothing is asked.
    var line: String? {
        if missing > 0 {
            let methods = missing == 1 ? "1 more method" : "\(missing) more methods"
            return "To be able to reset a forgotten password, register \(methods): ssprclient register\(ending)"
        }
        guard isReviewDue else { return nil }
        return "Please look whether your addresses and numbers are still right: ssprclient register\(ending)"
    }

    private var ending: String {
        switch postponements {
        case nil: ""
        case 0?: " (you can put this off no longer)"
        case 1?: " (you can put this off once more)"
        case let times?: " (you can put this off \(times) more times)"
        }
    }
}
