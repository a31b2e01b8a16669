import JSONDocuments

/// One file of a model as the hub describes it.
struct HubFile: Sendable, Hashable {
    /// A plain name: no folder.
    let name: String
    /// Its name among the blobs, and its hash: SHA-256 of a large file, else git's SHA-1.
    let blob: String
    let byteCount: Int
}

/// What the hub says a revision consists of; nothing in it is believed before it is checked.
struct HubManifest: Sendable {
    static let byteLimit = 32 << 20
    private static let fileLimit = 100_000
    // With the limit above, the sum of all sizes fits 64 bits.
    private static let fileByteLimit = 1 << 43

    let model: ModelName
    /// Forty hexadecimal digits.
    let commit: String
    private let entries: [String: JSONValue]

    init(_ bytes: [UInt8], of model: ModelName) throws(HubError) {
        self.model = model
        let document: JSONValue
        do {
            document = try JSONParser.parse(bytes, depthLimit: 16)
        } catch {
            throw Self.refusal(model, "\(error.reason) at byte \(error.byteOffset)")
        }
        guard let commit = document["sha"]?.string, isHexadecimal(commit, count: 40) else {
            throw Self.refusal(model, "'sha' is not a commit")
        }
        self.commit = commit
        if isHexadecimal(model.revision, count: 40), model.revision != commit {
            throw Self.refusal(model, "it is of another commit")
        }
        guard let siblings = document["siblings"]?.array, siblings.count <= Self.fileLimit else {
            throw Self.refusal(model, "'siblings' is not a list, or too long a one")
        }
        var entries: [String: JSONValue] = [:]
        for sibling in siblings {
            guard let name = sibling["rfilename"]?.string, isHarmlessPath(name) else {
                throw Self.refusal(model, "a file's name leads out of its folder")
            }
            guard entries.updateValue(sibling, forKey: name) == nil else {
                throw Self.refusal(model, "a file is named twice")
            }
        }
        self.entries = entries
    }

    // MARK: - Choosing

    static let singleName = "model.safetensors"
    static let indexName = "model.safetensors.index.json"

    /// Everything but the weights.
    func smallFiles() throws(HubError) -> [HubFile] {
        let names = [
            "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
            "tokenizer.model", "chat_template.jinja", "chat_template.json",
            "special_tokens_map.json", "quantize_config.json", "quant_config.json",
        ]
        return try files(names.filter { entries[$0] != nil })
    }

    /// The index that says which files are the weights; nil where that is plain without one.
    func index() throws(HubError) -> HubFile? {
        // With both there, the engine takes the single file.
        guard entries[Self.singleName] == nil, entries[Self.indexName] != nil else { return nil }
        return try file(Self.indexName)
    }

    /// The weights.
    ///
    /// - Parameter index: the bytes of the index, where one is needed.
    /// - Returns: those the engine reads.
    /// - Throws: ``HubError/noWeights(model:files:)``, or another if they are not described well.
    func weights(index: [UInt8]?) throws(HubError) -> [HubFile] {
        if let index {
            guard let names = Self.shardNames(index) else {
                throw Self.refusal(model, "\(Self.indexName) is no index of weights")
            }
            return try files(names)
        }
        if entries[Self.singleName] != nil { return try files([Self.singleName]) }
        let all = entries.keys.filter { !$0.contains("/") }.sorted()
        let tensors = all.filter { $0.hasSuffix(".safetensors") }
        if !tensors.isEmpty { return try files(tensors) }
        let packed = all.filter { $0.hasSuffix(".gguf") }
        guard packed.count == 1 else {
            throw .noWeights(model: model.description, files: packed)
        }
        return try files(packed)
    }

    /// The files with these names.
    func files(_ names: [String]) throws(HubError) -> [HubFile] {
        var result: [HubFile] = []
        var seen: [String: String] = [:]
        for name in names {
            let other = seen.updateValue(name, forKey: name.lowercased())
            if other == name { continue }
            // One of them would take the other's place where capitals count as small letters.
            guard other == nil else {
                throw Self.refusal(model, "two files have the name '\(name)' but for capitals")
            }
            result.append(try file(name))
        }
        return result
    }

    private func file(_ name: String) throws(HubError) -> HubFile {
        guard isPlainName(name), let entry = entries[name] else {
            throw .noFile(name, model: model.description)
        }
        let large = entry["lfs"].flatMap { $0 == .null ? nil : $0 }
        let blob = large == nil ? entry["blobId"]?.string : large?["sha256"]?.string
        guard let blob, isHexadecimal(blob, count: large == nil ? 40 : 64) else {
            throw Self.refusal(model, "the hash of '\(name)' is not one")
        }
        guard let size = (large?["size"] ?? entry["size"])?.integer,
            (0...Int64(Self.fileByteLimit)).contains(size),
            entry["size"] == nil || entry["size"]?.integer == size
        else { throw Self.refusal(model, "the size of '\(name)' is not one") }
        return HubFile(name: name, blob: blob, byteCount: Int(size))
    }

    /// The files that an index of weights names; nil if it is none, or names other things.
    static func shardNames(_ index: [UInt8]) -> [String]? {
        guard let document = try? JSONParser.parse(index, depthLimit: 16),
            let map = document["weight_map"]?.object, !map.isEmpty
        else { return nil }
        var names: Set<String> = []
        for member in map {
            guard let name = member.value.string, isPlainName(name),
                name.hasSuffix(".safetensors")
            else { return nil }
            names.insert(name)
        }
        return names.sorted()
    }

    private static func refusal(_ model: ModelName, _ reason: String) -> HubError {
        .badManifest(model: model.description, reason: reason)
    }
}

// MARK: - Names

/// Whether a text is so many hexadecimal digits, in small letters.
func isHexadecimal(_ text: String, count: Int) -> Bool {
    text.utf8.count == count
        && text.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
}

/// Whether a relative path stays inside the folder it starts from.
private func isHarmlessPath(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return path.utf8.count <= 1024 && parts.count <= 16
        && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255 }
        && path.unicodeScalars.allSatisfy {
            $0 != "\\" && $0.properties.generalCategory != .control
        }
}

/// Whether a text names a file in the folder itself, in plain characters.
func isPlainName(_ name: String) -> Bool {
    (1...200).contains(name.utf8.count) && !name.hasPrefix(".")
        && name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"), UInt8(ascii: "+"):
                true
            default: false
            }
        }
}
