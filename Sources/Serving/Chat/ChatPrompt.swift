import ChatTemplates
import JSONDocuments
import OpenAIProtocol
import TextGeneration

/// A conversation as the model's template writes it.
///
/// Every route that needs the prompt of a conversation gets it here: one rule for the bos token,
/// one for special tokens in what users wrote.
struct ChatPrompt: Sendable {
    /// The prompt as text.
    let text: String
    /// Its tokens.
    let tokenIDs: [Int32]

    /// The end of the text, where it shows whether the answer begins inside a thought.
    var tail: String { String(text.suffix(256)) }

    /// Renders and encodes.
    ///
    /// - Throws: 404 for another model's name, 400 for what the template objects to.
    init(_ request: ChatCompletionRequest, service: ModelService) throws(APIError) {
        try service.check(modelName: request.options.model)
        let model = service.model
        do throws(TextGenerationError) {
            var conversation = Conversation(request)
            let template = try model.chatFormat().template
            let describesTools = !conversation.tools.isEmpty && !template.usesTools
            if describesTools { conversation.describeTools() }
            try self.init(conversation, request, model)
            // A short context is for the conversation first.
            if describesTools, tokenIDs.count >= model.maxModelLength {
                try self.init(Conversation(request), request, model)
            }
        } catch {
            throw APIError(error, model.engine)
        }
    }

    private init(
        _ conversation: Conversation,
        _ request: ChatCompletionRequest,
        _ model: LanguageModel
    ) throws(TextGenerationError) {
        let prompt = try model.prompt(of: conversation)
        text = prompt.text
        tokenIDs = try model.tokenIDs(of: prompt, addSpecialTokens: request.addSpecialTokens)
    }
}

extension Conversation {
    /// What the template gets of a request.
    init(_ request: ChatCompletionRequest) {
        self.init(messages: request.messages.map(Message.init))
        documents = request.documents
        arguments = request.templateArguments
        addGenerationPrompt = request.addGenerationPrompt
        continuesFinalMessage = request.continueFinalMessage
        // As OpenAI has it: tools that may not be called are not shown.
        guard request.toolChoice != .none else { return }
        tools = request.tools.map(\.templateValue)
    }

    /// Says in a system message what tools there are, for a template that has no words for them.
    mutating func describeTools() {
        var text = "Functions you may call:\n"
        for tool in tools {
            var writer = JSONWriter()
            writer.value(tool["function"] ?? tool)
            text += String(decoding: writer.bytes, as: UTF8.self) + "\n"
        }
        text += #"To call: <tool_call>{"name": "NAME", "arguments": {}}</tool_call>"#
        if let first = messages.first, ["system", "developer"].contains(first.role) {
            messages[0].content = (first.content ?? []) + [text]
        } else {
            messages.insert(.system(text), at: 0)
        }
    }
}

extension Conversation.Message {
    init(_ message: ChatMessage) {
        self.init(role: message.role.rawValue, content: nil)
        content = message.content
        name = message.name
        reasoning = message.reasoning
        toolCalls = message.toolCalls.map {
            ToolCall(id: $0.id, name: $0.name, arguments: $0.arguments)
        }
        toolCallID = message.toolCallID
    }
}
