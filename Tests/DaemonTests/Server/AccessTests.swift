import SSPRPlatform
import SSPRProtocol
import SSPRVocabulary
import Testing

@testable import SSPRServer

@Suite struct AccessTests {
    /// Who may make which call, written down a second time on purpose: a change of a declaration must be said twice.
    private static let matrix: [String: [PeerRole]] = [
        "service.hello": PeerRole.allCases, "service.ping": PeerRole.allCases,
        "signin.authenticate": [.helper], "signin.account": [.helper], "signin.change": [.helper, .person],
        "signin.checkPassword": [.helper, .administrator, .person],
        "registration.describe": [.helper, .person, .administrator], "registration.prove": [.helper, .person],
        "registration.begin": [.helper, .person], "registration.confirm": [.helper, .person],
        "registration.answers": [.helper, .person], "registration.remove": [.helper, .person],
        "registration.trace": [.helper, .person], "registration.review": [.helper, .person],
        "recovery.begin": [.helper, .person], "recovery.send": [.helper, .person],
        "recovery.answer": [.helper, .person],
        "recovery.reset": [.helper, .person], "recovery.unlock": [.helper, .person],
        "recovery.cancel": [.helper, .person], "recovery.trace": [.helper, .person],
        "recovery.undo": [.helper, .person],
        "devices.pair": [.helper, .person], "devices.approvals": [.helper, .person],
        "devices.answer": [.helper, .person],
        "accounts.add": [.administrator], "accounts.list": [.administrator], "accounts.show": [.administrator],
        "accounts.enable": [.administrator], "accounts.pass": [.administrator, .helpdesk],
        "helpdesk.verify": [.administrator, .helpdesk],
        "accounts.language": [.administrator], "accounts.remind": [.administrator],
        "questions.add": [.administrator], "questions.list": [.administrator], "questions.retire": [.administrator],
        "accounts.remove": [.administrator], "accounts.unblock": [.administrator],
        "groups.add": [.administrator],
        "groups.remove": [.administrator],
        "groups.list": [.administrator],
        "groups.join": [.administrator],
        "groups.leave": [.administrator],
        "groups.show": [.administrator],
        "licences.add": [.administrator],
        "licences.assign": [.administrator],
        "licences.unassign": [.administrator],
        "licences.list": [.administrator],
        "accounts.import": [.administrator],
        "accounts.explain": [.administrator],
        "policy.show": [.administrator, .auditor], "policy.history": [.administrator, .auditor],
        "policy.plan": [.administrator], "policy.apply": [.administrator], "policy.rollback": [.administrator],
        "configuration.reload": [.administrator],
        "policy.explain": [.administrator], "policy.cancel": [.administrator],
        "policy.simulate": [.administrator],
        "reports.registration": [.auditor, .administrator], "reports.activity": [.auditor, .administrator],
        "reports.deliveries": [.auditor, .administrator], "reports.blocked": [.auditor, .administrator],
        "audit.read": [.auditor, .administrator], "audit.follow": [.auditor, .administrator],
        "audit.verify": [.auditor, .administrator],
        "agents.claimDelivery": [.courier], "agents.reportDelivery": [.courier],
        "agents.claimWriteback": [.writeback], "agents.reportWriteback": [.writeback],
        "agents.listDeliveries": [.administrator],
    ]

    private static func rule<C: Call>(_ call: C.Type) -> (name: String, access: Access) {
        (call.declaration.name, Access(call.declaration.access))
    }

    @Test("Every call with every single role")
    func everyCallWithEveryRole() {
        for (name, access) in CallCatalog.calls.map({ Self.rule($0) }) {
            let allowed = Self.matrix[name] ?? []
            #expect(!allowed.isEmpty, "\(name) is not in the matrix")
            for role in PeerRole.allCases {
                let made = access.role(for: RoleSet(role))
                #expect((made != nil) == allowed.contains(role), "\(name) as \(role)")
                if let made { #expect(made == role || access.isForEveryone, "\(name) as \(role)") }
            }
            #expect(access.role(for: []) == nil, "\(name) as nobody")
        }
    }

    @Test("A role of the rule comes before being a person, in the rule's order")
    func order() {
        let rule = Access(AccessRule<CheckAccount.Request>.roles(.auditor, .helper, orOwn: \.account))
        #expect(rule.role(for: RoleSet(PeerRole.allCases)) == .auditor)
        #expect(rule.role(for: RoleSet([.helper, .person])) == .helper)
        #expect(rule.role(for: RoleSet([.courier, .person])) == .person)
        #expect(rule.needsOwnership(as: .person))
        #expect(!rule.needsOwnership(as: .helper))
        let holder = Access(AccessRule<CheckAccount.Request>.rolesOrHolder(.helper))
        #expect(holder.role(for: [RoleSet(.person)]) == .person)
        #expect(!holder.needsOwnership(as: .person))
    }

    @Test("Every number that is no call of this peer is refused in the same bytes")
    func unknownIsDenied() throws {
        let house = try ServerUnderTest(
            [
                .inline(Ping.self) { _, _ in Empty() },
                .blocking(ListAccounts.self) { _, _ in .init(accounts: [], isLast: true) },
            ], roles: ServerTools.roles(.helper))
        let client = try house.client()
        var bodies: Set<[UInt8]> = []
        for method in UInt16.min...UInt16.max where method != Ping.declaration.method {
            if method % 64 == 0 {
                client.send(Array((0..<64).map { method + $0 }.map { RawClient.request($0) }.joined()))
                for expected in (0..<64).map({ method + $0 }) {
                    let answer = try #require(try client.receive())
                    #expect(answer.header.method == expected)
                    guard expected != Ping.declaration.method else { continue }
                    #expect(answer.header.kind == .failure)
                    bodies.insert(answer.body)
                }
            }
        }
        #expect(bodies == [try ServerTools.encoded(Failure(.denied))])
        #expect(try house.stop())
    }

    @Test("A person may name only an account of their own uid; the check runs with the call")
    func ownership() throws {
        let house = try ServerUnderTest(
            [
                .blocking(ChangePassword.self) { caller, _ in
                    guard caller.role == .person else { throw Failure(.conflict) }
                    return Empty()
                }
            ], roles: RoleMap(), owns: { name, _ in name.text == "mine" })
        let client = try house.client()
        let change = ChangePassword.declaration.method
        func body(_ name: String) throws -> [UInt8] {
            try ServerTools.encoded(
                ChangePassword.Request(
                    account: AccountName(name), current: Secret(text: "a"), new: Secret(text: "b")))
        }
        #expect(try client.call(change, body("mine"))?.header.kind == .reply)
        let other = try #require(try client.call(change, body("other")))
        #expect(other.body == (try client.call(0xFFFF))?.body)
        #expect(try house.stop())
    }

    @Test("Hello names the calls that this peer may make and the roles it has")
    func hello() throws {
        let house = try ServerUnderTest([.hello(version: "1.2.3")], roles: ServerTools.roles(.courier))
        let answer = try #require(try house.client().call(Hello.declaration.method))
        let person = CallCatalog.calls.map { Self.rule($0) }.filter {
            $0.access.role(for: RoleSet([.courier, .person])) != nil
        }
        let methods = CallCatalog.descriptions.filter { call in person.contains { $0.name == call.name } }.map(\.method)
        #expect(
            answer.body
                == (try ServerTools.encoded(
                    Hello.Reply(version: "1.2.3", methods: methods, roles: [.courier, .person]))))
        #expect(methods.contains(ClaimDelivery.declaration.method))
        #expect(!methods.contains(Authenticate.declaration.method))
        #expect(try house.stop())
    }
}
