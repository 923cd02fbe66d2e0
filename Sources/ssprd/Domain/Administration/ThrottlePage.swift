/// A limit that no policy changes, and why.
public struct FixedThrottle: Sendable {
    let what: String
    let limit: String
    let then: String
    let reason: String

    /// Describes a limit.
    public init(_ what: String, _ limit: String, then: String, because reason: String) {
        self.what = what
        self.limit = limit
        self.then = then
        self.reason = reason
    }

    /// Those of the rules themselves.
    public static let rules = [
        FixedThrottle(
            "counters of names that are no account's", "\(Throttles.strangers)",
            then:
                "the longest untouched for a day are forgotten; while there are none, every further name is throttled for an hour",
            because: "it bounds the file, and must not depend on who asks"),
        FixedThrottle(
            "ways back from a new password at the same time", "\(Throttles.undos)",
            then: "the oldest stay, and no more are made",
            because: "they must outlast whoever changes a password again and again"),
    ]
}

/// The page of every limit for administrators: printed from the tables, compared in a test.
public enum ThrottlePage {
    /// The page; `fixed` are the limits of the server and of hashing, which the rules do not know.
    public static func text(fixed: [FixedThrottle]) -> String {
        var page = """
            # Throttles

            How often anything may happen, and what then. This page is printed by `ssprd spec print`; edit the tables (`Throttle.all`,
            `ServerThrottles.all`), not this page.

            ## What a policy can change

            The fields may stand in the configuration file and in a policy document ([policy.md](policy.md)), as `throttles: {wrongProofs: {limit: 4}}`.
            Names that are no account's have the same counters.

            | what | limit | in | then | fields |
            | --- | --- | --- | --- | --- |

            """
        for throttle in Throttle.all {
            page +=
                "| \(throttle.what) | \(text(throttle.limit)) | \(throttle.window.map(text) ?? "") | \(throttle.then)\(waits(throttle)) | "
                + throttle.numbers.map { "`\($0.field)`" }.joined(separator: ", ") + " |\n"
        }
        for (what, field) in elsewhere {
            guard let found = PolicyField.named(field), case .number(let range, let unit) = found.kind else { continue }
            page +=
                "| \(what) | **\(found.read(Policy()).text)** (\(range.lowerBound) to \(range.upperBound)) \(unit) | 24 hours | no more are sent, "
                + "which is an event of the trail; the reply does not change | `\(field)` |\n"
        }
        page += rules
        page += "| what | limit | then | why no policy changes it |\n| --- | --- | --- | --- |\n"
        for row in FixedThrottle.rules + fixed {
            page += "| \(row.what) | \(row.limit) | \(row.then) | \(row.reason) |\n"
        }
        return page
    }

    /// Limits whose fields stand elsewhere in the policy.
    private static let elsewhere = [
        ("text messages of a day, of the whole house", "budgets.textsPerDay"),
        ("calls of a day, of the whole house", "budgets.callsPerDay"),
    ]

    private static func text(_ number: ThrottleNumber) -> String {
        "**\(number.standard)** (\(number.range.lowerBound) to \(number.range.upperBound)) \(number.unit.word)"
    }

    private static func waits(_ throttle: Throttle) -> String {
        [throttle.pause, throttle.longestPause].compactMap { $0 }
            .map { ". \($0.summary.prefix(while: { $0 != "." })): \(text($0))" }.joined()
    }

    private static let rules = """

        ## When a number changes

        - The numbers in force are read in the transaction that counts, so a new one holds from the commit that brings it into force.
        - What has been counted counts against the new limit: who has given three wrong proofs is blocked by a limit of three, from the
          last of them on, and may try further under a higher one.
        - A wait that has begun is not made shorter, neither by a higher limit nor by a shorter time: it ends when it was to end. Only what clears it
          anyway, a successful recovery or an administrator, ends it before. The pause between two codes is the one with which the recovery or registration began.
        - Messages of a day of the whole house are no wait of anybody's: a higher budget holds at once.
        - No value takes a guard away: every number has a range, and nothing can be switched off.

        ## What no policy changes


        """
}
