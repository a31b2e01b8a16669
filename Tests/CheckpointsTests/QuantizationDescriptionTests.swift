import Checkpoints
import Compute
import TestData
import Testing

@Suite struct QuantizationDescriptionTests {
    @Test("the methods are told in a few words")
    func summaries() throws {
        let compressed = QuantizedMatrixTests.compressed
        for (text, summary) in [
            (QuantizedMatrixTests.awq, "awq, 4 bits, groups of 16"),
            (
                "{\"quant_method\":\"gptq\",\"bits\":8,\"group_size\":-1}",
                "gptq, 8 bits, whole rows"
            ),
            ("{\"quant_method\":\"fp8\"}", "fp8, 8-bit floating point"),
            (
                compressed(
                    "pack-quantized",
                    "\"num_bits\":4,\"group_size\":128,\"actorder\":\"static\""
                ),
                "compressed-tensors, 4 bits, groups of 128"
            ),
            (
                compressed(
                    "naive-quantized",
                    "\"type\":\"float\",\"num_bits\":8,\"strategy\":\"tensor\""
                ),
                "compressed-tensors, 8-bit floating point"
            ),
        ] { #expect(try described(text).summary == summary) }
    }

    @Test(
        "what is not implemented is refused with what is",
        arguments: [
            "{\"quant_method\":\"bitsandbytes\",\"load_in_4bit\":true}", "{}",
            "{\"quant_method\":\"awq\",\"bits\":3,\"group_size\":128}",
            "{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":128,\"version\":\"gemv\"}",
            "{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":128,\"version\":\"gemv_fast\"}",
            "{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":0}",
            "{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":24}",
            "{\"quant_method\":\"gptq\",\"bits\":3,\"group_size\":128}",
            "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":128,\"format\":\"marlin\"}",
            "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":128,\"is_marlin_format\":true}",
            "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":128,\"dynamic\":{\"-:a\":{}}}",
            "{\"quant_method\":\"fp8\",\"fmt\":\"e5m2\"}",
            QuantizedMatrixTests.compressed("nvfp4-pack-quantized", "\"num_bits\":4"),
            QuantizedMatrixTests.compressed("marlin-24", "\"num_bits\":4"),
            QuantizedMatrixTests.compressed("pack-quantized", "\"num_bits\":2"),
            QuantizedMatrixTests.compressed("pack-quantized", "\"num_bits\":4,\"type\":\"float\""),
            QuantizedMatrixTests.compressed(
                "int-quantized",
                "\"num_bits\":8,\"strategy\":\"block\",\"block_structure\":[1,1]"
            ),
            QuantizedMatrixTests.compressed("int-quantized", "\"num_bits\":8")
                .replacing("\"lm_head\"", with: "\"re:(?<!a)b\""),
        ]
    )
    func unsupported(_ text: String) {
        let error = #expect(throws: CheckpointError.self) { try described(text) }
        guard case .unsupportedQuantization = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("Supported are awq (gemm, 4 bits), gptq") == true)
    }

    @Test(
        "values of the wrong kind are refused by key",
        arguments: [
            "4", "[]", "{\"quant_method\":4}", "{\"quant_method\":\"awq\",\"group_size\":128}",
            "{\"quant_method\":\"awq\",\"bits\":4}",
            "{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":-2}",
            "{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":9223372036854775807}",
            "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":128,\"sym\":1}",
            "{\"quant_method\":\"fp8\",\"weight_block_size\":[128]}",
            "{\"quant_method\":\"fp8\",\"weight_block_size\":[0,128]}",
            "{\"quant_method\":\"compressed-tensors\",\"format\":\"int-quantized\"}",
        ]
    )
    func wrong(_ text: String) {
        let error = #expect(throws: CheckpointError.self) { try described(text) }
        guard case .invalidSetting = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("modules are left out by name, by a part of it, or by a pattern")
    func exceptions() throws {
        func isQuantized(_ name: String, _ ignored: String) throws -> Bool {
            let text = QuantizedMatrixTests.compressed("int-quantized", "\"num_bits\":8")
            let description = try described(text.replacing("\"lm_head\"", with: ignored))
            return description.format(
                ofMatrix: name + ".weight",
                columnCount: 64,
                scaleType: .float16
            ) != nil
        }
        for (pattern, module, isIgnored) in [
            ("lm_head", "lm_head", true), ("lm_head", "model.lm_head", false),
            ("re:.*lm_head", "model.lm_head", true), ("re:lm_head", "model.lm_head", false),
            ("re:.*lm", "lm_head", true), ("re:.*lm$", "lm_head", false),
            ("re:model.layers.(0|11).mlp", "model.layers.11.mlp.up_proj", true),
            ("re:model.layers.(0|11).mlp", "model.layers.1.mlp.up_proj", false),
            ("re:.*[qkv]_proj$", "a.v_proj", true), ("re:.*[^qkv]_proj$", "a.v_proj", false),
            ("re:^a.+b?c\\\\.d", "axxc.d", true), ("re:^a.+b?c\\\\.d", "ac.d", false),
            ("re:a\\\\d+|b", "a12", true), ("re:a\\\\d+|b", "b", true),
            ("re:a\\\\d+|b", "a", false), ("re:(a|(b|c)d)e", "cde", true),
            (
                "re:" + String(repeating: "a*", count: 200) + "b",
                String(repeating: "a", count: 400), false
            ),
        ] {
            #expect(try isQuantized(module, "\"\(pattern)\"") != isIgnored, "\(pattern) \(module)")
        }
        #expect(try !isQuantized("model.embed_tokens", "\"x\""))
        let awq = QuantizedMatrixTests.awq.dropLast() + ",\"modules_to_not_convert\":[\"gate\"]}"
        let format = try described(String(awq))
        func isConverted(_ name: String) -> Bool {
            format.format(ofMatrix: name, columnCount: 64, scaleType: .float16) != nil
        }
        #expect(!isConverted("model.layers.0.mlp.gate_proj.weight"))
        #expect(isConverted("model.layers.0.mlp.up_proj.weight"))
        #expect(!isConverted("lm_head.weight"))
    }

    @Test(
        "a description beside config.json is read where config.json has none",
        arguments: [
            ("quantize_config.json", "{\"bits\":4,\"group_size\":128,\"desc_act\":false}"),
            ("quant_config.json", "{\"w_bit\":4,\"q_group_size\":128,\"version\":\"GEMM\"}"),
        ]
    )
    func separateFile(_ name: String, _ text: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(exampleConfiguration, as: "config.json")
        try folder.write(text, as: name)
        let checkpoint = try Checkpoint(folder: folder.path, loadFormat: .dummy(seed: 1))
        let method = try #require(checkpoint.description.quantization).method
        #expect(method == (name == "quantize_config.json" ? .gptq : .awq))
    }
}
