/// The default alphabet of text messages and its extension (3GPP TS 23.038 section 6.2.1).
enum GSMAlphabet {
    /// How many times 7 bits a character takes; nil when the alphabet has it not.
    static func septets(_ character: Unicode.Scalar) -> Int? {
        if basic.contains(character) { return 1 }
        return extended.contains(character) ? 2 : nil
    }

    private static let basic = Set(
        ("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
            + "abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)
    private static let extended = Set("^{}\\[~]|€".unicodeScalars)
}
