/// Reading the quantization section of a configuration, one function a method.
extension QuantizationDescription {
    /// The names of files that describe the quantization beside an older config.json.
    static let separateFiles = ["quantize_config.json", "quant_config.json"]

    /// The section of a config.json, which is named `file` in errors; nil where there is none.
    static func section(
        of configuration: Settings,
        file: String
    ) throws(CheckpointError) -> QuantizationDescription? {
        for key in ["quantization_config", "compression_config"] {
            guard let settings = try configuration.object(key) else { continue }
            return try QuantizationDescription(settings, file: file)
        }
        return nil
    }

    /// Reads a section or a file of its own, named `file` in errors.
    init(_ settings: Settings, file: String) throws(CheckpointError) {
        let name = try settings.string("quant_method") ?? Self.guess(settings)
        guard let method = Method(rawValue: name.lowercased()) else {
            throw .unsupportedQuantization(file: file, method: name)
        }
        let reader = QuantizationReader(method: method, settings: settings, file: file)
        switch method {
        case .awq: self = try reader.awq()
        case .gptq: self = try reader.gptq()
        case .compressedTensors: self = try reader.compressedTensors()
        case .fp8: self = try reader.fp8()
        }
    }

    /// The method after the keys: files of their own do not name it.
    private static func guess(_ settings: Settings) -> String {
        if settings.has("w_bit") || settings.has("q_group_size") { return Method.awq.rawValue }
        if settings.has("desc_act") || settings.has("sym") { return Method.gptq.rawValue }
        if settings.has("config_groups") { return Method.compressedTensors.rawValue }
        return "of an unnamed method"
    }
}

private struct QuantizationReader {
    let method: QuantizationDescription.Method
    let settings: Settings
    let file: String

    private func unsupported(_ what: String) -> CheckpointError {
        .unsupportedQuantization(file: file, method: "\(method.rawValue), \(what)")
    }

    // MARK: - AWQ

    func awq() throws(CheckpointError) -> QuantizationDescription {
        let version = try settings.string("version") ?? "gemm"
        guard version.lowercased() == "gemm" else { throw unsupported("version \(version)") }
        let backend = try settings.string("backend") ?? "autoawq"
        guard backend == "autoawq" else { throw unsupported("of \(backend)") }
        let bitKey = settings.has("bits") ? "bits" : "w_bit"
        let scheme = QuantizationScheme(
            storage: .awq,
            bitCount: try bitCount(settings, bitKey, among: [4]),
            groupSize: try groupSize(settings.has("group_size") ? "group_size" : "q_group_size"),
            isSymmetric: try settings.bool("zero_point") == false,
            hasColumnOrder: false
        )
        return QuantizationDescription(
            method: method,
            schemes: [scheme],
            unconverted: try fragments("modules_to_not_convert"),
            convertsHead: false
        )
    }

    // MARK: - GPTQ

    func gptq() throws(CheckpointError) -> QuantizationDescription {
        let key = settings.has("checkpoint_format") ? "checkpoint_format" : "format"
        let format = try settings.string(key) ?? "gptq"
        guard format == "gptq" || format == "gptq_v2" else { throw unsupported("format \(format)") }
        if try settings.bool("is_marlin_format") ?? false { throw unsupported("format marlin") }
        let wordType = try settings.string("pack_dtype") ?? "int32"
        guard wordType == "int32" else { throw unsupported("packed in \(wordType)") }
        if let dynamic = try settings.object("dynamic"), !dynamic.keys.isEmpty {
            throw unsupported("with 'dynamic' settings for some modules")
        }
        let scheme = QuantizationScheme(
            storage: .gptq(storesZerosLessOne: format == "gptq"),
            bitCount: try bitCount(settings, "bits", among: [4, 8]),
            groupSize: try groupSize("group_size"),
            isSymmetric: try settings.bool("sym") ?? true,
            hasColumnOrder: try settings.bool("desc_act") ?? false
        )
        return QuantizationDescription(
            method: method,
            schemes: [scheme],
            unconverted: [],
            convertsHead: try settings.bool("lm_head") ?? false
        )
    }

    // MARK: - fp8

    func fp8() throws(CheckpointError) -> QuantizationDescription {
        let format = try settings.string("fmt") ?? "e4m3"
        guard format == "e4m3" || format == "float8_e4m3fn" else {
            throw unsupported("format \(format)")
        }
        let block = try settings.integers("weight_block_size", in: 1...(1 << 24), limit: 2)
        if let block, block.count != 2 {
            throw settings.invalid("weight_block_size", expected: "rows and columns of a block")
        }
        return QuantizationDescription(
            method: method,
            schemes: [floats(block: block)],
            unconverted: try fragments("modules_to_not_convert")
                + fragments("ignored_layers"),
            convertsHead: true
        )
    }

    private func floats(block: [Int]?, targets: [ModulePattern] = []) -> QuantizationScheme {
        QuantizationScheme(
            storage: .floats(block: block),
            targets: targets,
            bitCount: 8,
            groupSize: nil,
            isSymmetric: true,
            hasColumnOrder: false
        )
    }

    // MARK: - compressed-tensors

    func compressedTensors() throws(CheckpointError) -> QuantizationDescription {
        if let sparsity = try settings.object("sparsity_config")?.string("format"),
            sparsity != "dense"
        {
            throw unsupported("sparsity format \(sparsity)")
        }
        let format = try settings.string("format") ?? "dense"
        let groups = try settings.required(
            "config_groups",
            "an object of groups",
            settings.object("config_groups")
        )
        var schemes: [QuantizationScheme] = []
        for key in groups.keys.prefix(1000) {
            guard let group = try groups.object(key), let weights = try group.object("weights")
            else { continue }
            let targets = try patterns(group.strings("targets", limit: 10_000) ?? ["Linear"])
            let groupFormat = try group.string("format") ?? format
            schemes.append(try scheme(weights, format: groupFormat, targets: targets))
        }
        guard !schemes.isEmpty else { throw unsupported("without groups of weights") }
        return QuantizationDescription(
            method: method,
            schemes: schemes,
            unconverted: try patterns(settings.strings("ignore", limit: 100_000) ?? []),
            convertsHead: true
        )
    }

    private func scheme(
        _ weights: Settings,
        format: String,
        targets: [ModulePattern]
    ) throws(CheckpointError) -> QuantizationScheme {
        let formats = ["pack-quantized", "int-quantized", "float-quantized", "naive-quantized"]
        guard formats.contains(format) else { throw unsupported("format \(format)") }
        let strategy = try weights.string("strategy")?.lowercased()
        let type = try weights.string("type") ?? "int"
        let size = try weights.integer("group_size", in: -1...(1 << 24))
        if type == "float" && format != "pack-quantized" {
            _ = try bitCount(weights, "num_bits", among: [8])
            guard ["tensor", "channel", "block"].contains(strategy ?? "tensor") else {
                throw unsupported("floating point by strategy \(strategy ?? "")")
            }
            let block = try weights.integers("block_structure", in: 1...(1 << 24), limit: 2)
            guard (strategy == "block") == (block?.count == 2) else {
                throw weights.invalid("block_structure", expected: "the two lengths of a block")
            }
            return floats(block: block, targets: targets)
        }
        guard type == "int", format != "float-quantized" else {
            throw unsupported("\(format) weights of type \(type)")
        }
        let isGrouped = strategy == "group" || (strategy == nil && (size ?? -1) > 0)
        guard isGrouped || ["tensor", "channel"].contains(strategy ?? "tensor") else {
            throw unsupported("strategy \(strategy ?? "")")
        }
        let order = weights.has("actorder") ? try? weights.string("actorder")?.lowercased() : nil
        let bits = try bitCount(
            weights,
            "num_bits",
            among: format == "pack-quantized" ? [4, 8] : [8]
        )
        return QuantizationScheme(
            storage: .integers,
            targets: targets,
            bitCount: bits,
            groupSize: isGrouped ? try groupSize("group_size", of: weights) : nil,
            isSymmetric: try weights.bool("symmetric") ?? true,
            hasColumnOrder: order == "group" || order == "dynamic"
        )
    }

    private func patterns(_ texts: [String]) throws(CheckpointError) -> [ModulePattern] {
        var patterns: [ModulePattern] = []
        for text in texts {
            if text == "Linear" {
                patterns.append(.linearLayers)
            } else if text.hasPrefix("re:") {
                guard let pattern = NamePattern(String(text.dropFirst(3))) else {
                    throw unsupported("names of modules given by the pattern \(text)")
                }
                patterns.append(.expression(pattern))
            } else {
                patterns.append(.name(text))
            }
        }
        return patterns
    }

    // MARK: - Parts of several methods

    private func fragments(_ key: String) throws(CheckpointError) -> [ModulePattern] {
        try (settings.strings(key, limit: 100_000) ?? []).map { .fragment($0) }
    }

    private func bitCount(
        _ settings: Settings,
        _ key: String,
        among supported: [Int]
    ) throws(CheckpointError) -> Int {
        let count = try settings.required(
            key,
            "a number of bits",
            settings.integer(key, in: 1...64)
        )
        guard supported.contains(count) else { throw unsupported("\(count) bits") }
        return count
    }

    private func groupSize(
        _ key: String,
        of settings: Settings? = nil
    ) throws(CheckpointError) -> Int? {
        let settings = settings ?? self.settings
        let size = try settings.required(
            key,
            "-1 or a number of columns",
            settings.integer(key, in: -1...(1 << 30))
        )
        if size == -1 { return nil }
        guard size > 0, size.isMultiple(of: 16) else {
            throw unsupported("groups of \(size) columns (multiples of 16 are supported)")
        }
        return size
    }
}
