import AnswerParsing
import JSONDocuments
import TestData
import Testing

/// Texts made of the pieces that answers are made of, in any order.
private struct AnswerSoup {
    var generator: SeededGenerator

    private static let common = [
        "a", "Zürich ", "\n", " ", "\n\n", "{", "}", "[", "]", ",", ";", "\"", "\\", "🦆", "｜",
        "1.5", "-",
        "true", "null", "<", "<think>", "</think>", "{\"name\": \"f\", ", "\"arguments\": {",
        "\"parameters\": {\"k\": 1}", "\"k\": \"v\"", "\"id\": \"abc\"", "}}", "f",
        "{\"name\": \"f\", \"arguments\": {\"k\": [1, {\"x\": null}]}}",
        "{\"name\": \"f\", \"parameters\": {}}", "{\"k\": \"a\\u00e9\\\"\"}",
    ]

    mutating func text(_ format: ToolCallFormat) -> String {
        let syntax = format.syntax
        var own = [
            syntax.begin, syntax.beforeName, syntax.betweenNameAndArguments, syntax.afterArguments,
            syntax.end, syntax.beforeName + "f" + syntax.betweenNameAndArguments,
        ]
        own += syntax.specialTokens + ["<tool_call>", "</tool_call>", "<|end|><|start|>assistant"]
        var arguments = "{\"k\": -1.5e3}"
        if case .tagged(let tags) = syntax.arguments {
            arguments = tags.beforeKey + "k" + tags.betweenKeyAndValue + "v" + tags.afterValue
            let parameter = tags.beforeKey + "k" + tags.betweenKeyAndValue
            own += [tags.beforeKey, parameter, tags.afterValue, parameter + "v" + tags.afterValue]
        }
        own.append(
            syntax.begin + syntax.beforeName + "f" + syntax.betweenNameAndArguments + arguments
                + syntax.afterArguments
        )
        return (0..<Int.random(in: 1...14, using: &generator)).map { _ in
            let pieces = Bool.random(using: &generator) ? own : Self.common
            let piece = pieces.randomElement(using: &generator) ?? ""
            guard Int.random(in: 0..<8, using: &generator) == 0 else { return piece }
            return String(piece.prefix(Int.random(in: 0...piece.count, using: &generator)))
        }.joined()
    }
}

@Suite("Cuts")
struct CutTests {
    private static let tools = [AnswerTool(name: "f")]

    @Test("the parts do not depend on how the text was cut", arguments: ToolCallFormat.allCases)
    func cuts(format: ToolCallFormat) {
        var soup = AnswerSoup(generator: SeededGenerator(seed: 4))
        var generator = SeededGenerator(seed: 5)
        for round in 0..<1500 {
            let text = soup.text(format)
            let reasoning = ReasoningFormat.allCases.randomElement(using: &generator)
            let setup = (round % 2 == 0 ? reasoning : nil, round % 10 == 0)
            let whole = AnswerParser.parse(
                text,
                toolCalls: format,
                reasoning: setup.0,
                startsInReasoning: setup.1,
                tools: Self.tools
            )
            for longest in [1, 7] {
                var parser = AnswerParser(
                    toolCalls: format,
                    reasoning: setup.0,
                    startsInReasoning: setup.1,
                    tools: Self.tools
                )
                var parts: [AnswerPart] = []
                var rest = text.unicodeScalars[...]
                while !rest.isEmpty {
                    let length = Int.random(in: 1...longest, using: &generator)
                    parts += parser.append(String(String.UnicodeScalarView(rest.prefix(length))))
                    rest = rest.dropFirst(length)
                }
                parts += parser.finish()
                #expect(
                    AnswerPart.merged(parts) == whole,
                    "\(format) \(setup) \(text.debugDescription)"
                )
            }
        }
    }

    @Test("parts are in order, and whole calls are JSON", arguments: ToolCallFormat.allCases)
    func order(format: ToolCallFormat) throws {
        var soup = AnswerSoup(generator: SeededGenerator(seed: 6))
        var wholeCount = 0
        for _ in 0..<2000 {
            let text = soup.text(format)
            let found = summary(text, format, tools: Self.tools)
            #expect(found.disorder.isEmpty, "\(text.debugDescription)")
            for call in found.calls where call.isWhole {
                wholeCount += 1
                do {
                    #expect(try JSONParser.parse(Array(call.arguments.utf8)).object != nil)
                } catch {
                    // What the scanner lets pass: names that come twice, bare control characters.
                    let isLenient =
                        error.reason.contains("twice") || error.reason.contains("control")
                    #expect(isLenient, "\(error) in \(text.debugDescription)")
                }
            }
        }
        #expect(wholeCount > 100)
    }

    @Test("without a call nothing is lost", arguments: ToolCallFormat.allCases)
    func nothingLost(format: ToolCallFormat) {
        var soup = AnswerSoup(generator: SeededGenerator(seed: 7))
        for _ in 0..<2000 where format != .gptOSS {
            let text = soup.text(format)
            let found = summary(text, format, tools: Self.tools)
            if found.calls.isEmpty { #expect(found.content == text) }
        }
    }
}
