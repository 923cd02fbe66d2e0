import SSPRVocabulary
import Testing

/// E.164 numbers as people have them; which calling codes exist and how long their numbers are comes from libphonenumber.
@Suite struct PhoneNumberTests {
    @Test(arguments: [
        "+493012345678", "+12025550123", "+442079460123", "+390612345678", "+6512345678", "+35312345678",
        "+493012345678;ext=1", "+493012345678;ext=12345678",
    ])
    func acceptsNumbersOfPeople(_ text: String) throws {
        #expect(try PhoneNumber(text).text == text)
        #expect(try Contact(text).text == text)
    }

    @Test(arguments: [
        "", "+", "493012345678", "+49 30 12345678", "+49(0)3012345678", "004930123456", "+0493012345678",
        "+49301234567890123",
        "+123", "+1202555012", "+120255501234", "+2105550123", "+9991234567", "+80012345678", "+979123456789",
        "+493012345678;ext=", "+493012345678;ext=123456789", "+493012345678;ext=1a", "+493012345678x12",
        "+49301234567\u{0661}", "+493012345678\r\nBcc: x", "+493012345678;ext=1;ext=2",
    ])
    func refusesWhatReachesNobody(_ text: String) {
        #expect(throws: WordError.self) { try PhoneNumber(text) }
    }

    @Test func theHintHasOneLength() throws {
        #expect(try PhoneNumber("+493012345678;ext=90").hint == "+•• ••••••78")
        #expect(try PhoneNumber("+6512345699").hint == "+•• ••••••99")
    }

    @Test func aPlusMayBeginAnAddressAsWell() throws {
        #expect(try Contact("+tag@example.org") == .email(EmailAddress("+tag@example.org")))
        #expect(try Contact("+493012345678") == .phone(PhoneNumber("+493012345678")))
        #expect(throws: WordError.self) { try Contact("alice") }
    }

    @Test func theSameLineIsTheSameWithAndWithoutItsExtension() throws {
        let line = try Contact("+493012345678")
        #expect(try line.isSame(as: Contact("+493012345678;ext=7")))
        #expect(try !line.isSame(as: Contact("+493012345679")))
        #expect(try !line.isSame(as: Contact("alice@example.org")))
    }
}
