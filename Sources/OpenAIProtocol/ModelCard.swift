import JSONDocuments

/// One entry of `GET /v1/models`.
public struct ModelCard: Sendable, Equatable {
    /// The name requests use.
    public var id: String
    /// Unix seconds.
    public var created: Int
    /// The folder or hub name it came from.
    public var root: String
    /// Prompt and completion together, in tokens.
    public var maxModelLength: Int

    /// Makes an entry.
    public init(id: String, created: Int, root: String, maxModelLength: Int) {
        self.id = id
        self.created = created
        self.root = root
        self.maxModelLength = maxModelLength
    }

    /// The JSON of this entry alone.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// The JSON of a list of entries.
    public static func encoded(list: [ModelCard]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("object", "list")
            writer.name("data")
            writer.array(list) { $1.write(to: &$0) }
        }
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("object", "model")
            writer.member("created", created)
            writer.member("owned_by", "martlet")
            writer.member("root", root)
            writer.member("parent", nil as String?)
            writer.member("max_model_len", maxModelLength)
            writer.name("permission")
            writer.array(CollectionOfOne(id)) { writer, id in
                writePermission(to: &writer, id: id)
            }
        }
    }

    // Always the same; clients written for OpenAI's first API read it.
    private func writePermission(to writer: inout JSONWriter, id: String) {
        writer.object { writer in
            writer.member("id", "modelperm-" + id)
            writer.member("object", "model_permission")
            writer.member("created", created)
            writer.member("allow_create_engine", false)
            writer.member("allow_sampling", true)
            writer.member("allow_logprobs", true)
            writer.member("allow_search_indices", false)
            writer.member("allow_view", true)
            writer.member("allow_fine_tuning", false)
            writer.member("organization", "*")
            writer.member("group", nil as String?)
            writer.member("is_blocking", false)
        }
    }
}
