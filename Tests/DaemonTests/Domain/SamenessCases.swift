// Who is compared with whom, and by what.

extension SamenessTests {
    /// What one story was told and what it cost.
    struct Trace: Equatable {
        var replies: [String] = []
        var commits = 0
        var reads = 0
        var hashes = 0
        var codes = 0
        var rows: RowTally = [:]
    }

    /// Who is asked for.
    enum Subject: String, CaseIterable {
        case registered, unknown, unenrolled, halfEnrolled, disabled, unlicensed, unselected
    }

    /// What those who are registered have.
    enum Shape: CaseIterable {
        case addressAndApp, twoAddressesAndApp, addressAppAndPhone, addressAppAndDevice, addressAppAndWokenDevice,
            addressAndPhone
    }
}
