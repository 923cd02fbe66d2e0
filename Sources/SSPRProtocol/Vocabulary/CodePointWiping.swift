/// Overwrites code points of a secret with zeros in place and empties the array.
///
/// Other copies of the array, if there are any, keep their content. Not inlined, so that no caller's optimiser can see that the zeros are
/// never read and drop them.
@inline(never)
public func wipe(codePoints: inout [UInt32]) {
    for index in codePoints.indices { codePoints[index] = 0 }
    codePoints.removeAll()
}
