public import JSONDocuments

/// A conversation that a model is to go on with.
public struct Conversation: Sendable, Equatable {
    /// One turn of it.
    public struct Message: Sendable, Equatable {
        /// A call of a tool.
        public struct ToolCall: Sendable, Equatable {
            /// The call's name, which the tool's answer refers to.
            public var id: String?
            /// Which tool.
            public var name: String
            /// JSON of an object.
            public var arguments: String

            /// Makes a call.
            public init(id: String?, name: String, arguments: String) {
                self.id = id
                self.name = name
                self.arguments = arguments
            }
        }

        /// Who speaks: `system`, `user`, `assistant`, `tool`.
        public var role: String
        /// The texts of its parts; nil where there is no content.
        public var content: [String]?
        /// The speaker's name.
        public var name: String?
        /// What the assistant thought before it spoke.
        public var reasoning: String?
        /// The assistant's calls.
        public var toolCalls: [ToolCall] = []
        /// Which call this is the answer to.
        public var toolCallID: String?

        /// A message with one text, or with none.
        public init(role: String, content: String?) {
            self.role = role
            self.content = content.map { [$0] }
        }

        /// What the model is told to be.
        public static func system(_ text: String) -> Message {
            Message(role: "system", content: text)
        }

        /// What the user says.
        public static func user(_ text: String) -> Message {
            Message(role: "user", content: text)
        }

        /// What the model said.
        public static func assistant(_ text: String) -> Message {
            Message(role: "assistant", content: text)
        }
    }

    /// The turns so far.
    public var messages: [Message]
    /// Tools in OpenAI's form, for the templates that show them.
    public var tools: [JSONValue] = []
    /// Texts for the templates that show documents.
    public var documents: JSONValue?
    /// Further variables of the template.
    public var arguments: [JSONMember] = []
    /// The prompt ends where the assistant begins to speak.
    public var addGenerationPrompt = true
    /// The prompt ends with the last message, which the answer goes on with.
    public var continuesFinalMessage = false

    /// A conversation with every default.
    public init(messages: [Message]) { self.messages = messages }
}
