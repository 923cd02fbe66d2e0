import Logging
import SSPRDomain
import SSPRPlatform
import SSPRProtocol
import SSPRVocabulary
import Testing

@testable import SSPRServer

@Suite struct CallTableTests {
    private static let catalogue: [(method: UInt16, name: String)] = [(1, "service.hello"), (2, "service.ping")]
    private static let ping = Row.inline(Ping.self) { _, _ in Empty() }

    private func faults(_ rows: [Row], _ catalogue: [(method: UInt16, name: String)] = Self.catalogue) -> [String] {
        do {
            _ = try CallTable(rows: rows, catalogue: catalogue)
            return []
        } catch {
            return (error as? CallTable.Faults)?.faults ?? ["another error: \(error)"]
        }
    }

    @Test func everyCallNeedsExactlyOneRow() {
        #expect(faults([.hello(version: ""), Self.ping]) == [])
        #expect(faults([Self.ping]) == ["service.hello has no row"])
        #expect(faults([.hello(version: ""), Self.ping, Self.ping]) == ["service.ping has 2 rows"])
        let stranger = Row.blocking(CheckAccount.self) { _, _ in .init(missing: 0) }
        #expect(faults([.hello(version: ""), Self.ping, stranger]) == ["signin.account is not in the catalogue"])
    }

    @Test("Against the real catalogue every missing row is named")
    func realCatalogue() {
        #expect(throws: CallTable.Faults(faults: CallCatalog.descriptions.map { "\($0.name) has no row" })) {
            try CallTable(rows: [])
        }
    }

    @Test("A row must stand where its cost allows")
    func places() {
        let slow = Row.inline(CheckAccount.self) { _, _ in .init(missing: 0) }
        #expect(faults([slow], [(0x0102, "signin.account")]).first?.contains("stop the event loop") == true)
        let held = Row.blocking(ClaimDelivery.self) { _, _ in .init(job: nil) }
        #expect(faults([held], [(0x0701, "agents.claimDelivery")]).first?.contains("hold a thread") == true)
    }
}

@Suite struct FailureMappingTests {
    private struct Oops: Error {}

    private let log = LineLog()
    private let row = Row.inline(Ping.self) { _, _ in Empty() }
    private let peer = Peer(credentials: PeerCredentials(uid: 5, gid: 5, groups: [], pid: 9), roles: [])

    private struct Noon: Ambient {
        var now: Timestamp { Timestamp(milliseconds: 1_000_000) }
        var steady: Timestamp { now }
        func random(_ count: Int) -> [UInt8] { [] }
    }

    @Test("Every refusal of the domain has its number")
    func refusals() {
        let log = log
        let mapping = FailureMapping(ambient: Noon(), logger: Logger(label: "test") { _ in log })
        func map(_ error: any Error) -> Failure { mapping.failure(for: error, of: row, from: peer) }
        #expect(map(Refusal.malformed) == Failure(.malformed))
        #expect(map(Refusal.refused) == Failure(.refused))
        #expect(
            map(Refusal.throttled(until: Timestamp(milliseconds: 1_002_500))) == Failure(.throttled, retryAfter: 2500))
        #expect(map(Refusal.throttled(until: Timestamp(milliseconds: 5))) == Failure(.throttled, retryAfter: 0))
        #expect(map(Refusal.busy) == Failure(.busy, retryAfter: 1000))
        #expect(map(HasherBusy()) == Failure(.busy, retryAfter: 1000))
        #expect(map(Refusal.unavailable) == Failure(.unavailable))
        #expect(map(StoreError.unavailable) == Failure(.unavailable))
        #expect(map(Refusal.notFound) == Failure(.notFound))
        #expect(map(Refusal.conflict) == Failure(.conflict))
        #expect(map(Refusal.outcomeUnknown) == Failure(.outcomeUnknown))
        #expect(map(Refusal.answers) == Failure(.answersRefused))
        #expect(map(Refusal.question(.alike)) == Failure(.questionRefused, question: .alike))
        #expect(
            map(Refusal.policyDocument("line 1:\n\u{1b}no")) == Failure(.policyRefused, text: "line 1:  no"))
        #expect(
            map(Refusal.policyDocument(String(repeating: "ü", count: 200))).text?.utf8.count ?? 0 <= WireLimit.textBytes
        )
        #expect(map(Refusal.configuration("/etc/f:1: no")) == Failure(.configurationRefused, text: "/etc/f:1: no"))
        #expect(map(Refusal.policyMoved(to: 3)) == Failure(.policyMoved, version: 3))
        #expect(
            map(Refusal.policyLoss(losing: 2, capable: 5)) == Failure(.policyLoss, losing: 2, capable: 5))
        #expect(map(Failure(.denied)) == Failure(.denied))
        for rule in PasswordRule.allCases {
            #expect(map(Refusal.password(rule)) == Failure(.passwordRefused, rule: rule))
        }
        for refusal in WritebackRefusal.allCases {
            #expect(
                map(Refusal.target(refusal, text: "no")) == Failure(.targetRefused, refusal: refusal, text: "no"))
        }
        #expect(log.text.isEmpty)
    }

    @Test("Everything else is logged under its own number and told as a fault")
    func incidents() {
        let log = log
        let mapping = FailureMapping(ambient: Noon(), logger: Logger(label: "test") { _ in log })
        for _ in 1...2 { #expect(mapping.failure(for: Oops(), of: row, from: peer) == Failure(.internalError)) }
        #expect(log.text.contains("incident 1: service.ping failed"))
        #expect(log.text.contains("incident 2: service.ping failed"))
        #expect(log.text.contains("Oops"))
    }
}
