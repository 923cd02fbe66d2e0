/// A place for what is made in the middle of something else.
final class Slot<Value>: @unchecked Sendable {
    // The tests of the rules run on one thread; the class only carries a value out of a sendable closure.
    var value: Value?
}

/// The process ended here.
struct Crash: Error {}
