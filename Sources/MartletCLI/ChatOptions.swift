import AnswerParsing
import ArgumentParser
import FoundationEssentials
import Serving

/// How conversations are written and answers read.
struct ChatOptions: ParsableArguments {
    @Option(help: "File with the Jinja chat template to use in place of the model's own.")
    var chatTemplate: String?

    @Option(
        help: ArgumentHelp(
            "How the model writes tool calls: \(Self.names(of: ToolCallFormat.self)).",
            discussion: "Default: what the chat template shows."
        )
    )
    var toolCallParser: String?

    @Option(
        help: ArgumentHelp(
            "How the model marks its thoughts: \(Self.names(of: ReasoningFormat.self)).",
            discussion: "Default: what the chat template shows."
        )
    )
    var reasoningParser: String?

    @Flag(help: "Taken for vLLM's sake: tools can always be called here.")
    var enableAutoToolChoice = false

    func validate() throws {
        if let name = toolCallParser, ToolCallFormat(name: name) == nil {
            throw ValidationError(
                "--tool-call-parser is one of \(Self.names(of: ToolCallFormat.self)), "
                    + "not '\(name)'."
            )
        }
        if let name = reasoningParser, ReasoningFormat(name: name) == nil {
            throw ValidationError(
                "--reasoning-parser is one of \(Self.names(of: ReasoningFormat.self)), "
                    + "not '\(name)'."
            )
        }
    }

    /// The text of the template file; nil for the model's own template.
    func template() throws -> String? {
        guard let chatTemplate else { return nil }
        guard let data = try? Data(contentsOf: URL(filePath: chatTemplate)),
            let text = String(validating: data, as: UTF8.self)
        else {
            throw ValidationError(
                "--chat-template: '\(chatTemplate)' cannot be read as a UTF-8 text file."
            )
        }
        return text
    }

    /// Hands the choices to the server.
    func apply(to configuration: inout ServerConfiguration) {
        configuration.toolCallParser = toolCallParser
        configuration.reasoningParser = reasoningParser
    }

    private static func names<Format: CaseIterable & RawRepresentable<String>>(
        of format: Format.Type
    ) -> String {
        format.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
