import Checkpoints
import Compute
import Testing

/// A configuration of the older style, which the tests change one key at a time.
let exampleConfiguration = """
    {"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":64,
    "num_hidden_layers":3,"num_attention_heads":4,"num_key_value_heads":2,
    "intermediate_size":128,"vocab_size":400,"max_position_embeddings":256,
    "rms_norm_eps":1e-05,"hidden_act":"silu","tie_word_embeddings":false,
    "rope_theta":500000.0,"rope_scaling":null,"torch_dtype":"bfloat16",
    "bos_token_id":1,"eos_token_id":[2,3]}
    """

@Suite struct ModelDescriptionTests {
    /// The example with some keys replaced and some taken out.
    private func describe(
        _ changes: [String: String],
        without absent: [String] = []
    ) throws -> ModelDescription {
        let example = try JSONValue(parsing: Array(exampleConfiguration.utf8), file: "config.json")
        guard case .object(let members) = example else { throw CancellationError() }
        var lines: [String] = []
        for member in members
        where changes[member.key] == nil && !absent.contains(member.key) {
            let line = try #require(
                exampleConfiguration.firstRange(of: "\"\(member.key)\":").map {
                    rest(exampleConfiguration[$0.upperBound...])
                }
            )
            lines.append("\"\(member.key)\":\(line)")
        }
        for (key, value) in changes { lines.append("\"\(key)\":\(value)") }
        return try ModelDescription(json: Array("{\(lines.joined(separator: ","))}".utf8))
    }

    /// The text of one value, up to the comma or brace after it.
    private func rest(_ text: Substring) -> String {
        let end = text.first == "[" ? text.firstIndex(of: "]").map(text.index(after:)) : nil
        return String(text[..<(end ?? text.firstIndex { ",}".contains($0) } ?? text.endIndex)])
    }

    @Test("the older style of config.json is understood")
    func olderStyle() throws {
        let model = try describe([:])
        #expect(model.architecture == "LlamaForCausalLM")
        #expect(model.family == .llama)
        #expect(model.hiddenSize == 64)
        #expect(model.headDimension == 16)
        #expect(model.keyValueHeadCount == 2)
        #expect(model.normEpsilon == 1e-5)
        #expect(model.rotaryBase == 500_000)
        #expect(model.rotaryScaling == .none)
        #expect(model.weightType == .bfloat16)
        #expect(model.bosTokenID == 1)
        #expect(model.eosTokenIDs == [2, 3])
    }

    @Test("the style of transformers 5 is understood")
    func newerStyle() throws {
        let model = try describe(
            [
                "dtype": "\"float16\"",
                "rope_parameters":
                    "{\"rope_theta\":1000000,\"rope_type\":\"linear\",\"factor\":4}",
            ],
            without: ["rope_theta", "torch_dtype", "rope_scaling"]
        )
        #expect(model.rotaryBase == 1_000_000)
        #expect(model.rotaryScaling == .linear(factor: 4))
        #expect(model.weightType == .float16)
    }

    @Test("what is not stated gets the default of the family's configuration")
    func defaults() throws {
        let model = try describe(
            ["eos_token_id": "7", "head_dim": "32"],
            without: [
                "num_key_value_heads", "rope_theta", "torch_dtype", "tie_word_embeddings",
                "rms_norm_eps",
            ]
        )
        #expect(model.keyValueHeadCount == 4)
        #expect(model.rotaryBase == 10_000)
        #expect(model.weightType == .float32)
        #expect(!model.tiedEmbeddings)
        #expect(model.normEpsilon == 1e-6)
        #expect(model.headDimension == 32)
        #expect(model.eosTokenIDs == [7])
    }

    @Test("rotary scalings are read with their parameters")
    func scalings() throws {
        let llama3 = try describe([
            "rope_scaling": """
            {"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,
            "original_max_position_embeddings":64}
            """
        ])
        #expect(
            llama3.rotaryScaling
                == .llama3(
                    factor: 8,
                    lowFrequencyFactor: 1,
                    highFrequencyFactor: 4,
                    originalContextLength: 64
                )
        )
        let yarn = try describe(["rope_scaling": "{\"type\":\"yarn\",\"factor\":4.0}"])
        guard case .yarn(let parameters) = yarn.rotaryScaling else {
            Issue.record("not yarn")
            return
        }
        #expect(parameters.originalContextLength == 256)
        #expect(parameters.betaFast == 32 && parameters.betaSlow == 1 && parameters.truncates)
        #expect(abs(parameters.attentionFactor - 1.138_629_436) < 1e-8)
        #expect(yarn.contextLength == 1024)
    }

    @Test("a value that cannot be is refused and named")
    func wrongValues() throws {
        let counts = [
            "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
            "intermediate_size", "vocab_size", "max_position_embeddings", "head_dim",
        ]
        let never = [
            "0", "-1", "1.5", "\"4\"", "true", "[4]", "{}", "1e300", "2147483647", "2147483648",
            "9223372036854775807", "18446744073709551615", "-9223372036854775808",
        ]
        for key in counts {
            for value in never {
                let error = #expect(throws: CheckpointError.self, "\(key): \(value)") {
                    try describe([key: value])
                }
                #expect(error?.description.contains("'config.json'") == true)
            }
        }
    }

    @Test(
        "settings the engine cannot honour are refused",
        arguments: [
            ("num_attention_heads", "3"), ("num_key_value_heads", "3"), ("head_dim", "15"),
            ("num_attention_heads", "64"), ("hidden_act", "\"gelu\""),
            ("torch_dtype", "\"float8_e4m3fn\""), ("torch_dtype", "8"),
            ("rope_theta", "0"), ("rope_theta", "1"), ("rope_theta", "-5"),
            ("rms_norm_eps", "-1e-5"), ("rms_norm_eps", "\"small\""),
            ("rope_scaling", "{\"rope_type\":\"longrope\"}"), ("rope_scaling", "4"),
            ("rope_scaling", "{\"rope_type\":\"dynamic\",\"factor\":2}"),
            ("rope_scaling", "{\"rope_type\":\"linear\"}"),
            ("rope_scaling", "{\"rope_type\":\"linear\",\"factor\":0}"),
            ("rope_scaling", "{\"rope_type\":\"llama3\",\"factor\":8}"),
            ("rope_parameters", "{\"full_attention\":{\"rope_theta\":1}}"),
            ("partial_rotary_factor", "0.5"), ("sliding_window", "-1"),
            ("layer_types", "[\"full_attention\"]"), ("eos_token_id", "-1"),
            ("layer_types", "[\"full_attention\",\"full_attention\",\"linear_attention\"]"),
            ("eos_token_id", "4294967296"), ("eos_token_id", "\"</s>\""), ("bos_token_id", "1.5"),
            ("architectures", "\"LlamaForCausalLM\""), ("attention_bias", "1"),
        ]
    )
    func refused(_ key: String, _ value: String) {
        #expect(throws: CheckpointError.self) { try describe([key: value]) }
    }

    @Test("a missing size is told by its key")
    func missing() {
        #expect(
            throws: CheckpointError.invalidSetting(
                file: "config.json",
                key: "hidden_size",
                expected: "an integer from 1 to 1048576",
                found: "nothing"
            )
        ) { try describe([:], without: ["hidden_size"]) }
    }

    @Test("an unknown architecture is answered with the known ones")
    func unknownArchitecture() throws {
        let error = #expect(throws: CheckpointError.self) {
            try ModelDescription(json: Array("{\"architectures\":[\"GPT2LMHeadModel\"]}".utf8))
        }
        let text = try #require(error).description
        #expect(text.contains("'GPT2LMHeadModel'"))
        for family in ModelFamily.allCases { #expect(text.contains(family.rawValue)) }
    }

    @Test("generation_config.json is read, whole or empty")
    func generationDefaults() throws {
        let text = """
            {"temperature":0.6,"top_p":0.9,"top_k":20,"min_p":0.1,"repetition_penalty":1.05,
            "max_new_tokens":128,"do_sample":true,"bos_token_id":0,"eos_token_id":[2,0]}
            """
        let defaults = try GenerationDefaults(json: Array(text.utf8))
        #expect(defaults.temperature == 0.6)
        #expect(defaults.topP == 0.9)
        #expect(defaults.topK == 20)
        #expect(defaults.minP == 0.1)
        #expect(defaults.repetitionPenalty == 1.05)
        #expect(defaults.maxNewTokens == 128)
        #expect(defaults.doSample == true)
        #expect(defaults.bosTokenID == 0)
        #expect(defaults.eosTokenIDs == [2, 0])
        #expect(try GenerationDefaults(json: Array("{}".utf8)) == GenerationDefaults())
        for wrong in ["{\"top_p\":2}", "{\"temperature\":-1}", "{\"eos_token_id\":\"a\"}", "[]"] {
            #expect(throws: CheckpointError.self) {
                try GenerationDefaults(json: Array(wrong.utf8))
            }
        }
    }
}
