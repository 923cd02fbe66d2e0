/// What went wrong, for the person: what, and what to do next.
struct DeviceError: Error {
    /// Exit codes, as `ssprclient help exit-codes` lists them.
    enum Status: Int32 {
        case usage = 64
        case badData = 65
        case noInput = 66
        case unreachable = 69
        case software = 70
        case tryLater = 75
        case refused = 77
        case file = 78
        case cancelled = 130
    }

    let status: Status
    let what: String
    let next: String?

    init(_ status: Status, _ what: String, next: String? = nil) {
        self.status = status
        self.what = what
        self.next = next
    }
}
