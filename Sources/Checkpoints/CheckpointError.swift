/// Why a model folder cannot be used: which file, what was expected, what was found, what to do.
public enum CheckpointError: Error, Equatable {
    /// The path given for the model is not a folder.
    case folderNotFound(path: String)
    /// A file of the model folder is missing; `advice` says what to do.
    case fileMissing(path: String, advice: String)
    /// The operating system refused to open or read a file.
    case unreadableFile(path: String, reason: String)
    /// A file is larger than files of its kind may be.
    case fileTooLarge(path: String, byteCount: Int, limit: Int)
    /// A file's text is not the JSON it should be.
    case invalidJSON(file: String, offset: Int, problem: String)
    /// A setting of a JSON file has a value that the engine cannot use.
    case invalidSetting(file: String, key: String, expected: String, found: String)
    /// The model is of an architecture that is not implemented.
    case unsupportedArchitecture(file: String, found: String, supported: [String])
    /// The weights are quantized in a way that is not implemented.
    case unsupportedQuantization(file: String, method: String)
    /// The head of a safetensors file breaks the rules of the format.
    case invalidHeader(file: String, problem: String)
    /// The head of a safetensors file describes a tensor that cannot be as it says.
    case invalidTensor(file: String, name: String, problem: String)
    /// A tensor the model needs is in no file.
    case missingTensor(folder: String, name: String, expectedShape: [Int])
    /// A tensor has another shape than the configuration calls for.
    case misshapenTensor(file: String, name: String, expected: [Int], found: [Int])
    /// A tensor the model needs has elements of a type that is not implemented.
    case unsupportedElementType(file: String, name: String, found: String)
    /// A file breaks the rules of the GGUF format.
    case invalidGGUF(file: String, problem: String)
    /// A GGUF file is right, but has something that is not implemented.
    case unsupportedGGUF(file: String, found: String, advice: String)
}

extension CheckpointError: CustomStringConvertible {
    /// One paragraph for a person: where, what, expected, found, what to do.
    public var description: String {
        switch self {
        case .folderNotFound(let path):
            "\(quoted(path)) is not a folder. Give the folder that holds the model's config.json "
                + "and *.safetensors files, or a .gguf file. 'martlet pull ORG/NAME' downloads a "
                + "model by name."
        case .fileMissing(let path, let advice):
            "\(quoted(path)) is not there. \(advice)"
        case .unreadableFile(let path, let reason):
            "\(quoted(path)) cannot be read: \(reason)."
        case .fileTooLarge(let path, let byteCount, let limit):
            "\(quoted(path)) has \(byteCount) bytes, expected at most \(limit). "
                + "It is not the file its name says; download it again."
        case .invalidJSON(let file, let offset, let problem):
            "\(quoted(file)): not valid JSON at byte \(offset): \(problem). Download it again."
        case .invalidSetting(let file, let key, let expected, let found):
            "\(quoted(file)): \(quoted(key)) should be \(expected), found \(found)."
        case .unsupportedArchitecture(let file, let found, let supported):
            "\(quoted(file)): the architecture \(quoted(found)) is not supported. "
                + "Supported are \(supported.joined(separator: ", "))."
        case .unsupportedQuantization(let file, let method):
            "\(quoted(file)): the weights are quantized (\(quoted(method))), which is not "
                + "supported. Supported are awq (gemm, 4 bits), gptq (4 and 8 bits), "
                + "compressed-tensors (pack-quantized of 4 and 8 bits, int-quantized and "
                + "float-quantized of 8) and fp8 (e4m3), with scales for each row or group of a "
                + "multiple of 16 columns. Use such a checkpoint of the model, or one in float32, "
                + "float16 or bfloat16."
        default:
            tensorDescription
        }
    }

    private var tensorDescription: String {
        switch self {
        case .invalidHeader(let file, let problem):
            "\(quoted(file)): not a valid safetensors file: \(problem). Download it again."
        case .invalidTensor(let file, let name, let problem):
            "\(quoted(file)): tensor \(quoted(name)): \(problem). Download it again."
        case .missingTensor(let folder, let name, let expectedShape):
            "\(quoted(folder)): tensor \(quoted(name)) of shape \(expectedShape) is in none of "
                + "the safetensors files. Check that config.json belongs to these weights and "
                + "that all of them were downloaded."
        case .misshapenTensor(let file, let name, let expected, let found):
            "\(quoted(file)): tensor \(quoted(name)) has shape \(found), config.json calls for "
                + "\(expected). Check that config.json belongs to these weights."
        case .unsupportedElementType(let file, let name, let found):
            "\(quoted(file)): tensor \(quoted(name)) has elements of type \(quoted(found)). "
                + "Supported are F32, F16 and BF16: use such a checkpoint of the model."
        case .invalidGGUF(let file, let problem):
            "\(quoted(file)): not a valid GGUF file: \(problem). Download it again."
        case .unsupportedGGUF(let file, let found, let advice):
            "\(quoted(file)): \(found) is not supported. \(advice)"
        default:
            "The model cannot be loaded."
        }
    }
}

/// Text from a file or a user, made safe for a message: escaped, and cut when very long.
func quoted(_ text: String) -> String {
    // Names come from downloaded files: a newline or a terminal escape must not reach a log.
    let limit = 200
    let shown = String(text.unicodeScalars.prefix(limit))
    let escaped = shown.unicodeScalars.map { $0.escaped(asASCII: false) }.joined()
    return "'" + escaped + (shown.utf8.count < text.utf8.count ? "…" : "") + "'"
}
