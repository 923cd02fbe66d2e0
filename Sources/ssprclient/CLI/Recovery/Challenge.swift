import SSPRClient
import SSPRProtocol
import SSPRVocabulary

/// One proof: asks for the challenge where there is one, then for its answer, and sends it.
struct Challenge {
    let console: Console
    let answers: any AnswerSource
    let handle: RecoveryHandle
    let method: OfferedMethod
    /// What is being done, for errors.
    let what: String
    /// True when there is another method to go to.
    let hasOthers: Bool
    /// Who proves.
    var prover = Prover.owner

    /// A person wants another method.
    struct AnotherMethod: Error {}

    func meet() throws -> AnswerChallenge.Reply {
        switch method.kind {
        case .email, .mobilePhone, .officePhone: try answer(code: try sentCode())
        case .push: try approval()
        case .totp:
            try answer(code: try answers.code("Code that your app shows (you can paste it):", on: console))
        case .recoveryCodes: try answer(code: try answers.code("One of your recovery codes:", on: console))
        case .temporaryPass: try answer(code: try answers.code("The pass that the help desk gave you:", on: console))
        case .questions: try answer(answers: try answersToQuestions())
        }
    }

    /// Has a code sent, again as often as the person asks, and returns what was typed.
    private func sentCode() throws -> OneTimeCode? {
        while true {
            let questions = ContactQuestions(console: console, answers: answers)
            let contact = method.confirmsContact ? try questions.contact(method.kind, hint: method.hint) : nil
            let channel = try questions.channel(among: method.channels)
            let sent = try send(via: channel, confirming: contact)
            console.say(
                prover.sent(
                    to: method.hint ?? "your address", typed: contact != nil,
                    goodFor: Moment.words(until: sent.expiresAt)))
            let trace = CodeTrace(console: console)
            repeat {
                let more = answers.isPerson ? "; empty: another one, ?: where it is" : ""
                switch try answers.codeLine(
                    "\(prover.code)\(more)):", on: console, mayBeEmpty: true, or: ["?", "other"])
                {
                case .code(let code): return code
                case .word("other") where hasOthers: throw AnotherMethod()
                case .word:
                    try tell(trace, via: channel)
                    continue
                case .nothing: break
                }
                if sent.resendAt <= Moment.now { break }
                console.insist("Another code can be sent in \(Moment.words(until: sent.resendAt)).", .warning)
                try tell(trace, via: channel)
            } while true
        }
    }

    private func tell(_ trace: CodeTrace, via channel: DeliveryChannel?) throws(CommandFailure) {
        try trace.tell(another: hasOthers ? "Type other to use another method." : nil) { () throws(CommandFailure) in
            try console.call(
                TraceRecovery.self, .init(handle: handle, choice: method.choice, channel: channel), doing: what,
                in: prover.family)
        }
    }

    /// Has the device asked, shows the number, and waits until the device has answered.
    private func approval() throws -> AnswerChallenge.Reply {
        let sent = try send()
        guard let number = sent.number else {
            throw CommandFailure(
                .brokenProtocol("a question to a device without a number"), doing: what, in: prover.family)
        }
        let digits = "\(number < 10 ? "0" : "")\(number)"
        console.insist(prover.asks(for: digits))
        console.say(prover.advice)
        // The number stays in sight as long as it is asked for.
        let toDo = prover.toDo(digits)
        let progress = Progress(on: console, toDo.prefix(1).uppercased() + toDo.dropFirst()) {
            Moment.words(until: sent.expiresAt)
        }
        while true {
            let reply = try answer(showing: progress)
            guard reply.isWaiting == true else { return reply }
            if progress.isRedrawn { continue }
            console.say("Still waiting: \(toDo). \(Moment.words(until: sent.expiresAt)) left.")
        }
    }

    private func answersToQuestions() throws -> [Answer] {
        let drawn = try send()
        var given: [Answer] = []
        for question in drawn.questions {
            given.append(Answer(question: question.number, answer: try answers.secret("\(question.text) (not shown):")))
        }
        return given
    }

    private func send(
        via channel: DeliveryChannel? = nil, confirming contact: Contact? = nil
    ) throws(CommandFailure) -> SendChallenge.Reply {
        try console.call(
            SendChallenge.self, .init(handle: handle, choice: method.choice, channel: channel, contact: contact),
            doing: what, in: prover.family)
    }

    private func answer(
        code: OneTimeCode? = nil, answers: [Answer]? = nil, showing progress: Progress? = nil
    ) throws(CommandFailure) -> AnswerChallenge.Reply {
        try console.call(
            AnswerChallenge.self, .init(handle: handle, choice: method.choice, code: code, answers: answers),
            doing: what, in: prover.family, showing: progress)
    }
}
