import Grammars
import JSONDocuments
import Testing

/// Small values for tests.
enum Sample {
    /// A schema out of its keywords.
    static func schema(_ members: KeyValuePairs<String, JSONValue>) -> GrammarSource {
        .jsonSchema(.object(members.map { JSONMember($0.key, $0.value) }))
    }

    /// A schema out of its text.
    static func schema(_ text: String) throws -> GrammarSource {
        .jsonSchema(try JSONParser.parse(Array(text.utf8), depthLimit: 1000))
    }

    /// A string as JSON.
    static func text(_ text: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.string(text)
        return writer.bytes
    }

    /// Checks which texts a source takes.
    static func expect(
        _ source: GrammarSource,
        takes texts: [String],
        refuses others: [String],
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let grammar = try Grammar.compile(source)
        for text in texts {
            #expect(grammar.accepts(Array(text.utf8)), "\(text)", sourceLocation: location)
        }
        for text in others {
            #expect(!grammar.accepts(Array(text.utf8)), "\(text)", sourceLocation: location)
        }
    }
}
