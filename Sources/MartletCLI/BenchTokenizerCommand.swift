import ArgumentParser
import FoundationEssentials
import LoadTesting
import Tokenization

/// `martlet bench tokenizer`: megabytes per second, one thread.
struct BenchTokenizerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenizer",
        abstract: "Measure how fast a tokenizer encodes and decodes a text, on one thread."
    )

    @Argument(help: "A folder with tokenizer.json.")
    var folder: String

    @Option(help: "The text file.")
    var text: String

    @Option(help: "Repetitions; the best counts.")
    var repetitions = 5

    func run() throws {
        let clock = ContinuousClock()
        var tokenizer: Tokenizer?
        let load = try clock.measure { tokenizer = try Tokenizer(folder: folder) }
        guard let tokenizer else { return }
        let content = try String(contentsOfFile: text, encoding: .utf8)
        var ids: [Int32] = []
        let encode = best(clock) { ids = tokenizer.encode(content, addSpecialTokens: false) }
        var decoded = ""
        let decode = best(clock) { decoded = tokenizer.decode(ids, skipSpecialTokens: false) }
        let megabytes = Double(content.utf8.count) / 1e6
        print(
            """
            text    \(megabytes) MB, \(ids.count) tokens, decoded \(decoded.utf8.count) bytes
            load    \(Self.rounded(load.inSeconds * 1000)) ms
            encode  \(Self.rounded(megabytes / encode)) MB/s
            decode  \(Self.rounded(megabytes / decode)) MB/s
            """
        )
    }

    private func best(_ clock: ContinuousClock, _ body: () -> Void) -> Double {
        (0..<max(1, repetitions)).map { _ in clock.measure(body).inSeconds }.min() ?? 0
    }

    private static func rounded(_ value: Double) -> Double {
        (value * 10).rounded() / 10
    }
}
