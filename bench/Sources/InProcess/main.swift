import Glibc

// Measures rooms of the house in process; each subcommand prints one line of JSON.
//
// usage: in-process commit FOLDER ROWS SECONDS THREADS   audit rows through the store: ROWS a call, from that many threads
//        in-process prepare FOLDER                       an empty state
//        in-process find FOLDER ROWS COUNT               accounts by their name in a filled state
//        in-process codec ROUNDS                         one message in three codecs
//        in-process equality SAMPLES                     whether the comparison of secrets tells where they differ

let words = Array(CommandLine.arguments.dropFirst())

func number(_ place: Int) throws -> Int {
    guard let number = Int(words[place]), number > 0 else { throw Usage() }
    return number
}

/// The arguments make no sense; the head of this file says what does.
struct Usage: Error {}

switch (words.first, words.count) {
case ("commit", 5):
    guard let seconds = Double(words[3]) else { throw Usage() }
    try StoreBench(folder: words[1]).commit(rows: number(2), seconds: seconds, threads: number(4))
case ("prepare", 2): try StoreBench(folder: words[1]).prepare()
case ("find", 4): try StoreBench(folder: words[1]).find(rows: number(2), count: number(3))
case ("codec", 2): try CodecBench(rounds: number(1)).run()
case ("equality", 2): try EqualityBench(samples: number(1)).run()
default:
    print(
        "usage: in-process commit|prepare|find|codec|equality ... (see the head of bench/Sources/InProcess/main.swift)")
    exit(64)
}
