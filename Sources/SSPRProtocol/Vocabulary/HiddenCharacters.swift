extension Unicode.Scalar {
    /// True for what a reader cannot see and a terminal or log may obey: controls, marks of direction, invisible, private and unassigned
    /// characters, line and paragraph separators (attack G7).
    public var isHidden: Bool {
        if (0x20..<0x7F).contains(value) { return false }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return true
        default: return properties.isDefaultIgnorableCodePoint
        }
    }
}

extension String {
    /// True when every character can be seen and the text is at most `WireLimit.textBytes` long.
    public var isPrintable: Bool {
        utf8.count <= WireLimit.textBytes && !unicodeScalars.contains(where: \.isHidden)
    }
}
