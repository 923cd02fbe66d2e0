/// Bytes that have passed the validator: reading them cannot fail on form.
struct ValidatedBytes {
    let bytes: [UInt8]
    /// Containers, keys and values.
    let itemCount: Int

    /// Validates `bytes`.
    init(validating bytes: [UInt8], limits: CBORLimits) throws(CBORError) {
        itemCount = try CBORValidator.itemCount(of: bytes.span, limits: limits)
        self.bytes = bytes
    }

    /// The head of the item that begins at `offset`.
    @inline(__always)
    func head(at offset: Int) -> CBORHead {
        CBORHead(validated: bytes, at: offset)
    }

    /// The bytes of a byte or text string.
    func content(of head: CBORHead) -> ArraySlice<UInt8> {
        bytes[head.end..<head.end + Int(head.argument)]
    }

    /// The characters of a text string.
    func text(of head: CBORHead) -> String {
        String(decoding: content(of: head), as: UTF8.self)
    }

    /// The offset after the item that begins at `offset`.
    func end(of offset: Int) -> Int {
        Self.end(of: offset, in: bytes)
    }

    /// The offset after the item that begins at `offset` of well-formed `bytes`, found without recursion.
    static func end(of offset: Int, in bytes: [UInt8]) -> Int {
        var offset = offset
        var pending: UInt64 = 1
        while pending > 0 {
            let head = CBORHead(validated: bytes, at: offset)
            offset = head.end
            pending -= 1
            switch head.major {
            case .bytes, .text: offset += Int(head.argument)
            case .array: pending += head.argument
            case .map: pending += 2 * head.argument
            case .unsigned, .negative, .simple, .tag: break
            }
        }
        return offset
    }

    /// Map keys and array indices that lead to the item that begins at `target`; a key has the path of its value.
    ///
    /// Worked out only for errors, so that no reader needs to carry a path along.
    func path(to target: Int) -> [UInt64] {
        var path: [UInt64] = []
        var item = 0
        while item < target, let (step, child) = entry(of: item, holding: target) {
            path.append(step)
            item = child
        }
        return path
    }

    /// The key or index, and the value's offset, of that entry of a container whose bytes include `target`.
    private func entry(of container: Int, holding target: Int) -> (step: UInt64, value: Int)? {
        let head = head(at: container)
        guard head.major == .map || head.major == .array else { return nil }
        var next = head.end
        for index in 0..<head.argument {
            var step = index
            var value = next
            if head.major == .map {
                let key = self.head(at: next)
                step = key.argument
                value = key.end
            }
            next = end(of: value)
            if target < next { return (step, value) }
        }
        return nil
    }
}

extension CBORHead {
    /// Reads a head of validated bytes.
    @inline(__always)
    init(validated bytes: [UInt8], at offset: Int) {
        let first = bytes[offset]
        major = MajorType(rawValue: first >> 5) ?? .simple
        let info = first & 0x1f
        guard info >= 24 else {
            argument = UInt64(info)
            end = offset + 1
            return
        }
        let width = 1 << Int(info & 3)
        var value: UInt64 = 0
        for index in offset + 1...offset + width { value = value << 8 | UInt64(bytes[index]) }
        argument = value
        end = offset + 1 + width
    }
}
