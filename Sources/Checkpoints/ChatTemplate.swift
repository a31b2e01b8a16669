import FoundationEssentials

extension Checkpoint {
    /// The template that turns a conversation into a prompt; nil where the model has none.
    ///
    /// It is Jinja text, read anew each time: `chat_template.jinja`, `chat_template` of
    /// `tokenizer_config.json`, or `tokenizer.chat_template` of a GGUF file. Of several named ones
    /// it is the one called default.
    public var chatTemplate: String? {
        get throws(CheckpointError) {
            if let ggufFile {
                return try GGUFMetadata(file: ggufFile).string("tokenizer.chat_template")
            }
            let manager = FileManager.default
            let path = folder + "/chat_template.jinja"
            if manager.fileExists(atPath: path) {
                let bytes = try FileBytes(path: path).readAll(limit: 16 << 20)
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw .unreadableFile(path: path, reason: "it is not valid UTF-8")
                }
                return text
            }
            let configuration = folder + "/tokenizer_config.json"
            guard manager.fileExists(atPath: configuration) else { return nil }
            let bytes = try FileBytes(path: configuration).readAll(limit: 16 << 20)
            let template = try JSONValue(parsing: bytes, file: configuration)["chat_template"]
            switch template {
            case .string(let text): return text
            case .array(let named):
                for each in named where each["name"] == .string("default") {
                    if case .string(let text) = each["template"] { return text }
                }
                return nil
            default: return nil
            }
        }
    }
}
