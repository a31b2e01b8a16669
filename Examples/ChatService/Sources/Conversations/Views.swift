import FoundationEssentials
import Hummingbird
import NIOCore

/// A conversation as clients see it.
struct ConversationView: ResponseEncodable {
    var id: String
    var title: String
    var instructions: String?
    var createdAt: Date
    /// Absent in lists.
    var messages: [MessageView]?

    init(_ conversation: Conversation, messages: [Message]? = nil) {
        id = conversation.id
        title = conversation.title
        instructions = conversation.instructions
        createdAt = conversation.createdAt
        self.messages = messages?.map { MessageView($0) }
    }
}

/// A message as clients see it.
struct MessageView: ResponseEncodable {
    var id: Int64
    var speaker: Message.Speaker
    var content: String
    var state: Message.State
    var createdAt: Date

    init(_ message: Message) {
        id = message.id ?? 0
        speaker = message.speaker
        content = message.content
        state = message.state
        createdAt = message.createdAt
    }
}

/// A list of conversations as clients see it.
struct ConversationList: ResponseEncodable {
    var conversations: [ConversationView]
}

/// The events of an answer that is streamed.
///
///     data: {"text":"The mart"}
///
///     data: {"text":"let."}
///
///     event: done
///     data: {"id":2,"speaker":"assistant","content":"The martlet.", …}
///
/// or, instead of the last one,
///
///     event: failed
///     data: {"message":"The model server failed."}
enum AnswerEvent {
    case text(String)
    case done(Message)
    case failed(String)

    private struct Text: Encodable { var text: String }
    private struct Failure: Encodable { var message: String }

    /// The event's bytes.
    func frame() throws -> ByteBuffer {
        switch self {
        case .text(let text): try Self.frame(nil, Text(text: text))
        case .done(let message): try Self.frame("done", MessageView(message))
        case .failed(let message): try Self.frame("failed", Failure(message: message))
        }
    }

    private static func frame(_ name: String?, _ data: some Encodable) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        if let name { buffer.writeString("event: \(name)\n") }
        buffer.writeString("data: ")
        // One line: the encoder escapes line breaks.
        buffer.writeBytes(try JSONEncoder.answers.encode(data))
        buffer.writeString("\n\n")
        return buffer
    }
}
