import JSONDocuments

/// A conversation as a file: `{"messages": [{"role": "user", "content": "…"}, …]}`.
enum ChatDocument {
    /// The file of a conversation, one message a line.
    static func bytes(_ turns: [ChatTurn], modelName: String) -> [UInt8] {
        var text = "{\"model\": \(json(.string(modelName))), \"messages\": [\n"
        text += turns.map { turn in
            let members = [
                JSONMember("role", .string(turn.role.rawValue)),
                JSONMember("content", .string(turn.text)),
            ]
            return json(.object(members))
        }.joined(separator: ",\n")
        return Array((text + "\n]}\n").utf8)
    }

    /// The conversation of a file; a list of messages alone will do.
    static func turns(_ bytes: [UInt8], path: String) throws(ChatFileError) -> [ChatTurn] {
        let document: JSONValue
        do {
            document = try JSONParser.parse(bytes)
        } catch {
            throw ChatFileError(
                "'\(path)' is no JSON: \(error.reason) at byte \(error.byteOffset)."
            )
        }
        guard let messages = (document["messages"] ?? document).array else {
            throw ChatFileError("'\(path)' has no list `messages`.")
        }
        var turns: [ChatTurn] = []
        for (index, message) in messages.enumerated() {
            guard let role = message["role"]?.string.flatMap(ChatTurn.Role.init),
                let content = message["content"]?.string
            else {
                throw ChatFileError(
                    "'\(path)': message \(index) needs a `role` (system, user or assistant) and a "
                        + "`content` that is text."
                )
            }
            turns.append(ChatTurn(role, content))
        }
        return turns
    }

    private static func json(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension ChatSession {
    /// Writes the conversation to a file, or goes on with the one of a file.
    ///
    /// - Returns: what was done.
    mutating func transfer(
        _ reply: Reply,
        path: String,
        files: any ChatFiles
    ) throws(ChatFileError) -> String {
        guard case .load = reply else {
            try files.write(ChatDocument.bytes(request, modelName: modelName), to: path)
            return "\(request.count) messages are in '\(path)'."
        }
        guard let bytes = try files.read(path) else {
            throw ChatFileError("There is no file '\(path)'.")
        }
        replace(try ChatDocument.turns(bytes, path: path))
        return "The conversation goes on with \(turns.count) messages of '\(path)'."
    }
}
