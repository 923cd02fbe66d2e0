extension Unicode.Scalar {
    /// True for what a reader cannot see and a terminal or log may obey: controls, line and paragraph separators, marks of direction,
    /// zero-width marks, the byte order mark (SECURITY G7).
    public var isHidden: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF: true
        default: false
        }
    }
}

extension String {
    /// True when every character can be seen and the text is at most `WireLimit.textBytes` long.
    public var isPrintable: Bool {
        utf8.count <= WireLimit.textBytes && !unicodeScalars.contains(where: \.isHidden)
    }
}
