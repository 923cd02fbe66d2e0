/// Overwrites `bytes` with zeros in place and empties the array.
///
/// For buffers that held a secret. Other copies of the array, if there are any, keep their content. Not inlined, so that no caller's
/// optimiser can see that the zeros are never read and drop them.
@inline(never)
public func wipe(_ bytes: inout [UInt8]) {
    for index in bytes.indices { bytes[index] = 0 }
    bytes.removeAll()
}
