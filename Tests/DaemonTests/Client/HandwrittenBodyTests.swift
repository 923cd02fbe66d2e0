import SSPRProtocol
import SSPRVocabulary
import StrictCBOR
import Testing

@testable import SSPRClient
@testable import SSPRClientCLI

/// What is encoded and decoded by hand for the sake of logins is what the declared types say.
@Suite struct HandwrittenBodyTests {
    @Test(arguments: [1, 23, 24, 64], [1, 23, 24, 255, 256, 511, 1024])
    func requestsAreTheDeclaredOnes(nameLength: Int, passwordLength: Int) throws {
        let account = try AccountName(String(repeating: "n", count: nameLength))
        let password = Secret([UInt8](repeating: 0x70, count: passwordLength))
        let request = Authenticate.Request(account: account, password: password)
        #expect(try CBOREncoder().encode(request) == PAMCall.authenticateBody(account, password))
        let check = CheckAccount.Request(account: account)
        #expect(try CBOREncoder().encode(check) == PAMCall.checkAccountBody(account))
    }

    @Test func numbersAreTheDeclaredOnes() {
        #expect(PAMCall.authenticateMethod == Authenticate.declaration.method)
        #expect(PAMCall.checkAccountMethod == CheckAccount.declaration.method)
    }

    @Test(arguments: [nil, true, false], [nil, 0, 3, 20] as [UInt32?])
    func whatIsAskedIsReadAsDeclared(isDue: Bool?, postponements: UInt32?) throws {
        let reply = CheckAccount.Reply(missing: 2, isReviewDue: isDue, postponements: postponements)
        let read = try PAMCall.reminder(try CBOREncoder().encode(reply))
        #expect(read == PAMReminder(missing: 2, isReviewDue: isDue == true, postponements: postponements))
    }

    @Test(arguments: FailureCode.allCases)
    func failuresAreTheDeclaredOnes(code: FailureCode) throws {
        for failure in [
            Failure(code), Failure(code, retryAfter: .max), Failure(code, rule: .containsName),
            Failure(code, retryAfter: 1, rule: .tooShort, refusal: .misconfigured, text: "é", question: .tooLong),
        ] {
            #expect(Failure(decoding: try CBOREncoder().encode(failure)) == failure)
        }
    }

    @Test(
        arguments: [[], [0xa0], [0x00], [0xa1, 0x01, 0x00], [0xa1, 0x01, 0x18, 0xc8], [0xa1, 0x01, 0x61, 0x31]]
            as [[UInt8]])
    func otherBytesAreNoFailure(bytes: [UInt8]) {
        #expect(Failure(decoding: bytes) == nil)
    }
}
