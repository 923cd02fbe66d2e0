extension Throttle {
    static let wrongProofs = Throttle(
        "wrongProofs", "wrong proofs for one account", 3...10, 5, "proofs", counter: .recovery,
        window: .hours(
            "windowHours", 12...72, 24, "In which time they count, from the last one; as long is the block."),
        then:
            "recovery of the account is blocked for the window, from the last attempt; sign-in is not touched. A successful "
            + "recovery or an administrator (`ssprclient accounts unblock`) clears it"
    )

    static let codeTries = Throttle(
        "codeTries", "wrong tries of one code that was sent, or of one method that is being registered", 3...10, 5,
        "tries",
        then: "the code is void")

    static let methodFailures = Throttle(
        "methodFailures", "failures of one method in a row", 5...20, 10, "failures", counter: .method,
        then: "the method is out of use until it is registered again, and its owner is told")

    static let codeMessages = Throttle(
        "codeMessages", "code messages to one account", 3...10, 5, "messages", counter: .codes,
        window: .minutes("windowMinutes", 30...1440, 60, "In which time they count, from the first one."),
        pause: .seconds(
            "resendSeconds", 30...600, 60, "From one code to the next within one recovery or registration."),
        then: "no more are sent until the window is over; the reply of a recovery does not change")

    // Fewer notices are no stricter: what is not told helps whoever took an account over.
    static let notices = Throttle(
        "notices", "notices to one account", 10...60, 20, "messages", .greater, counter: .notices,
        window: .minutes("windowMinutes", 30...1440, 60, "In which time they count, from the first one.", .lesser),
        then: "no more are sent until the window is over")

    static let destination = Throttle(
        "destination", "code messages to one address or number, whoever they are for", 5...60, 20, "messages",
        counter: .destination,
        window: .minutes("windowMinutes", 30...1440, 60, "In which time they count, from the first one."),
        then:
            "no more are sent until the window is over, which is an event of the trail; the reply of a recovery does not change"
    )

    static let prompts = Throttle(
        "prompts", "questions to one account's devices", 1...5, 3, "questions", counter: .prompts,
        window: .minutes("windowMinutes", 5...60, 10, "In which time they count, from the first one."),
        pause: .minutes("pauseMinutes", 30...1440, 60, "After a denial no device is asked for this long."),
        then: "no device is asked until the window is over; the reply does not change")

    static let signIn = Throttle(
        "signIn",
        "wrong passwords of one account in a row; the last \(Throttles.rememberedMistakes) do not count again", 5...20,
        10, "passwords",
        counter: .signIn,
        pause: .seconds("lockSeconds", 30...900, 60, "The first lock; each further one is twice as long."),
        longestPause: .minutes("longestLockMinutes", 15...1440, 60, "The longest lock."),
        then: "sign-in is locked; recovery is not touched, and clears it")

    static let refusedPasswords = Throttle(
        "refusedPasswords", "new passwords of one recovery that a rule or the directory refuses", 1...10, 5,
        "passwords",
        then: "one more ends the recovery")

    /// Every throttle whose numbers a policy can change, in the order of the page.
    public static let all = [
        wrongProofs, codeTries, methodFailures, codeMessages, notices, destination, prompts, signIn, refusedPasswords,
    ]
}

extension Throttle {
    /// A wait or a window, whose field's name ends so.
    private struct Time {
        let name: String
        let range: ClosedRange<Int>
        let standard: Int
        let unit: ThrottleNumber.Unit
        let strictness: PolicyField.Strictness
        let summary: String

        static func seconds(
            _ name: String, _ range: ClosedRange<Int>, _ standard: Int, _ summary: String
        ) -> Time {
            Time(name: name, range: range, standard: standard, unit: .seconds, strictness: .greater, summary: summary)
        }

        static func minutes(
            _ name: String, _ range: ClosedRange<Int>, _ standard: Int, _ summary: String,
            _ strictness: PolicyField.Strictness = .greater
        ) -> Time {
            Time(name: name, range: range, standard: standard, unit: .minutes, strictness: strictness, summary: summary)
        }

        static func hours(_ name: String, _ range: ClosedRange<Int>, _ standard: Int, _ summary: String) -> Time {
            Time(name: name, range: range, standard: standard, unit: .hours, strictness: .greater, summary: summary)
        }

        func number(of throttle: String) -> ThrottleNumber {
            ThrottleNumber(
                field: "throttles.\(throttle).\(name)", range: range, standard: standard, unit: unit,
                strictness: strictness, summary: summary)
        }
    }

    private init(
        _ name: String, _ what: String, _ range: ClosedRange<Int>, _ standard: Int, _ unit: String,
        _ strictness: PolicyField.Strictness = .lesser, counter: CounterKind? = nil, window: Time? = nil,
        pause: Time? = nil, longestPause: Time? = nil, then: String
    ) {
        self.name = name
        self.what = what
        self.then = then
        self.counter = counter
        limit = ThrottleNumber(
            field: "throttles.\(name).limit", range: range, standard: standard, unit: .count(unit),
            strictness: strictness, summary: "How many: \(what).")
        self.window = window?.number(of: name)
        self.pause = pause?.number(of: name)
        self.longestPause = longestPause?.number(of: name)
    }
}
