import SSPRProtocol
import SSPRVocabulary
import StrictCBOR

/// An invitation as the text that a device reads: capital letters and digits only, which a QR code holds in the least room.
struct PairingText {
    let text: String

    init(_ invitation: PairingInvitation) throws {
        text = "SSPR1:\(Base32.text(try CBOREncoder().encode(invitation)))"
    }
}
