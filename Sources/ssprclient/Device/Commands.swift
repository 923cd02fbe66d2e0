import Glibc
import SSPRAgent
import SSPRClient
import SSPRProtocol
import SSPRVocabulary

/// The commands of `sspr-device`.
struct Commands {
    let options: AgentOptions
    let questions: Questions

    init(_ options: AgentOptions) {
        self.options = options
        questions = Questions(passphraseFile: options["passphrase-file"])
    }

    func run(_ command: String) throws {
        switch command {
        case "pair": try pair()
        case "list": try list()
        case "approve": try approve()
        case "deny": try deny()
        case "serve": try serve()
        case "vectors": print(try DeviceVectors.json())
        default: throw UsageError("unknown command: \(command)")
        }
    }

    private func pair() throws {
        // Before the text is used: it works once.
        let path = try path()
        // The path is lent for the call only.
        guard unsafe access(path, F_OK) != 0 else {
            throw DeviceError(.file, "\(path) is there already", next: "another --file, or remove it")
        }
        let wakeAddress = try options["wake-address"].map { text in
            do { return try WakeAddress(text) } catch { throw UsageError("--wake-address: expected \(error)") }
        }
        let text = try questions.line("Pairing text (you can paste it):")
        let (file, code) = try Device.pair(text, wakenAt: wakeAddress, client(), questions)
        try file.write(path)
        questions.say(
            "Paired with \(file.identity.host.text) for \(file.identity.account). Type this code at the terminal:")
        print(code)
    }

    private func list() throws {
        let device = try device()
        for question in try device.questions() {
            print(options.has("json") ? question.json.compact : "\(question.id)\t\(Self.words(question, to: device))")
        }
    }

    private func approve() throws {
        if let given = options["number"] { _ = try Self.number(given) }
        let device = try device()
        try approve(try shown(of: device), at: device, asked: options["number"])
    }

    private func approve(_ question: ApprovalQuestion, at device: Device, asked given: String? = nil) throws {
        let text = try given ?? questions.line("Number that your terminal shows (empty to leave it):")
        guard !text.isEmpty else { return }
        try device.approve(question, number: Self.number(text))
        questions.say("Approved.")
    }

    private static func number(_ text: String) throws -> UInt8 {
        guard (1...2).contains(text.utf8.count), let number = UInt8(text) else {
            throw DeviceError(
                .badData, "that is no number of two digits", next: "it stands at the terminal that recovers")
        }
        return number
    }

    private func deny() throws {
        let device = try device()
        try device.deny(try shown(of: device))
        questions.say("Denied. The recovery has ended; no device is asked for an hour.")
    }

    /// Waits for questions for ever and asks the owner about each.
    private func serve() throws {
        let device = try device()
        questions.say("Waiting for questions. Ctrl-C ends it.")
        while true {
            let asked = ContinuousClock.now
            let waiting = try device.questions()
            guard !waiting.isEmpty else {
                // A daemon waits half a minute; whoever answers at once must not keep a processor busy.
                if ContinuousClock.now - asked < .seconds(1) { sleep(1) }
                continue
            }
            guard let question = try chosen(of: waiting, at: device) else { continue }
            let answer = try questions.line("Was it you? [number that your terminal shows / deny]")
            do {
                if ["deny", "d", "no", "n"].contains(answer.lowercased()) {
                    try device.deny(question)
                    questions.say("Denied. The recovery has ended; no device is asked for an hour.")
                } else {
                    try approve(question, at: device, asked: answer)
                }
            } catch let error as DeviceError where error.status == .badData {
                questions.say(error.what)
            } catch ClientError.failure(let failure) where failure.code == .refused {
                questions.say("That was not accepted: the number was wrong, or the question is over.")
            }
        }
    }

    /// The question that the owner wants to answer, once it has been shown; nil for a place that none has.
    private func chosen(of waiting: [ApprovalQuestion], at device: Device) throws -> ApprovalQuestion? {
        for (place, question) in waiting.enumerated() {
            questions.say((waiting.count > 1 ? "\(place + 1)) " : "") + Self.words(question, to: device))
        }
        guard waiting.count > 1 else { return waiting.first }
        let place = try questions.line(
            "Several wait, and only one may be yours. Which do you answer? [1 to \(waiting.count)]")
        guard let place = Int(place), waiting.indices.contains(place - 1) else { return nil }
        return waiting[place - 1]
    }

    /// The question to answer: the only one, or the one that `--question` names.
    ///
    /// Never the newest of several: whoever begins after the owner would make the owner's number a wrong one.
    private func one(of device: Device) throws -> ApprovalQuestion {
        let named = options["question"]
        let waiting = try device.questions().filter { named == nil || $0.id.description == named }
        guard waiting.count < 2 else {
            for question in waiting { questions.say("\(question.id) \(Self.words(question, to: device))") }
            throw DeviceError(
                .usage, "several questions wait, and only one may be yours", next: "name it with --question")
        }
        guard let question = waiting.first else {
            throw DeviceError(.tryLater, "nothing waits for this device", next: "sspr-device serve")
        }
        return question
    }

    /// The same, once it has been shown: nothing is signed that its owner could not see.
    private func shown(of device: Device) throws -> ApprovalQuestion {
        let question = try one(of: device)
        questions.say(Self.words(question, to: device))
        return question
    }

    private static func words(_ question: ApprovalQuestion, to device: Device) -> String {
        let what =
            switch question.purpose {
            case .reset: "set a new password for"
            case .unlock: "unlock"
            case .manage: "change the methods of"
            case .verify: "make sure, as the help desk, that it speaks with the owner of"
            }
        let age = max(0, (Timestamp.now - question.askedAt).milliseconds / 1000)
        // A host may be renamed; its owner should know.
        let host = question.host
        let paired = host == device.identity.host ? "" : " (paired as \(device.identity.host.text))"
        return "\(age) s ago at \(host.text)\(paired), "
            + "somebody (uid \(question.peer)) wanted to \(what) \(question.account)."
    }

    private func device() throws -> Device {
        let file = try DeviceFile.read(path())
        return try Device(file, questions, client: client())
    }

    private func client() throws -> Client {
        let trust = try options["server-uid"].map { text -> ServerTrust in
            guard let uid = UInt32(text) else { throw UsageError("--server-uid needs a number") }
            return .uid(uid)
        }
        return try Client(
            connectingTo: options["socket"] ?? Self.environment("SSPR_SOCKET") ?? Client.defaultPath,
            trust: trust ?? .rootOrDirectoryOwner)
    }

    private func path() throws -> String {
        if let path = options["file"] { return path }
        guard let home = Self.environment("HOME") else { throw UsageError("--file is needed where HOME is not set") }
        return home + "/.sspr-device"
    }

    private static func environment(_ name: String) -> String? {
        // The pointer is the environment's own and its text is copied at once.
        guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
        return unsafe String(cString: value)
    }
}
