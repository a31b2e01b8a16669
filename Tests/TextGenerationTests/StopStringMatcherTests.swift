import TestData
import Testing
import TextGeneration

/// Stop strings in a text that comes in pieces.
@Suite("Stop strings")
struct StopStringMatcherTests {
    /// What is released of `pieces`, and the stop string found.
    private func run(
        _ stops: [String],
        _ pieces: [String],
        includesMatch: Bool = false
    ) -> (text: String, match: String?) {
        var matcher = StopStringMatcher(stops, includesMatch: includesMatch)
        var text = ""
        for piece in pieces {
            let result = matcher.append(piece)
            text += result.released
            if let match = result.match { return (text, match) }
        }
        return (text + matcher.finish(), nil)
    }

    @Test("a text without a stop string passes unchanged")
    func passes() {
        let result = run(["END"], ["an E", "N", " d EN"])
        #expect(result.text == "an EN d EN")
        #expect(result.match == nil)
    }

    @Test("a stop string across pieces is found and cut off")
    func acrossPieces() {
        let result = run(["END"], ["one E", "N", "D two"])
        #expect(result.text == "one ")
        #expect(result.match == "END")
    }

    @Test("the stop string stays when it is asked for")
    func includes() {
        #expect(run(["END"], ["one E", "ND two"], includesMatch: true).text == "one END")
    }

    @Test("nothing that may become a stop string is released early")
    func holdsBack() {
        var matcher = StopStringMatcher(["\n\nUser:"], includesMatch: false)
        #expect(matcher.append("Hi\n").released == "Hi")
        #expect(matcher.append("\nUs").released == "")
        #expect(matcher.append("e it").released == "\n\nUse it")
    }

    @Test("the stop string that ends first wins, the longest of those that end together")
    func firstWins() {
        #expect(run(["xyz", "y"], ["wxyz"]).match == "y")
        #expect(run(["b", "ab"], ["aab"]).match == "ab")
        #expect(run(["b", "ab"], ["aab"]).text == "a")
    }

    @Test("the answer does not depend on how the text is cut", arguments: 0..<200)
    func independentOfCuts(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = ["a", "b", "é", "日", "👋🏽"]
        func word(_ count: Int) -> String {
            (0..<count).map { _ in alphabet[Int(random.next() % 5)] }.joined()
        }
        let stops = (0..<3).map { _ in word(1 + Int(random.next() % 3)) }
        let text = word(40)
        let whole = run(stops, [text])
        let single = run(stops, text.unicodeScalars.map { String($0) })
        #expect(whole.text == single.text, "seed \(seed): stops \(stops), text \(text)")
        #expect(whole.match == single.match, "seed \(seed): stops \(stops), text \(text)")
    }
}
