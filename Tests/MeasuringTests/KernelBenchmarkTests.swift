import Checkpoints
import Compute
import LoadTesting
import Measuring
import Testing

@Suite("Kernels against limits")
struct KernelBenchmarkTests {
    private let shape = LayerShape(name: "layer", rowCount: 100, columnCount: 40, count: 3)

    private func timing(_ rows: Int, _ seconds: Double, _ layer: LayerShape) -> KernelTiming {
        KernelTiming(
            format: "float32",
            layer: layer,
            rowCount: rows,
            seconds: seconds,
            byteCount: 16_000,
            bytesPerSecondLimit: 64_000,
            multiplyAddsPerSecondLimit: 80_000
        )
    }

    @Test("the nearer limit is the one of which more is reached")
    func nearerLimit() {
        let one = timing(1, 0.5, shape)
        #expect(one.bytesPerSecond == 32_000)
        #expect(one.multiplyAddsPerSecond == 8_000)
        #expect(one.nearerLimit == (0.5, true))
        let many = timing(8, 0.5, shape)
        #expect(many.nearerLimit == (0.8, false))
    }

    @Test("a model is its layers as often as it has them, and the head once")
    func model() throws {
        let head = LayerShape(name: LayerShape.head, rowCount: 10, columnCount: 10)
        var result = KernelResult(layers: [shape, head])
        result.timings = [timing(1, 0.5, shape), timing(1, 0.25, head), timing(2, 1, shape)]
        let seconds = try #require(result.modelSeconds(format: "float32", rowCount: 1))
        #expect(seconds == (layers: 1.5, head: 0.25))
        #expect(result.modelSeconds(format: "float32", rowCount: 2) == nil)
        #expect(result.formats == ["float32"])
        let line = "float32                1     1500.00    250.00       0.6           0.7\n"
        #expect(result.text().contains(line))
    }

    @Test("the layers of a shape are those the engine multiplies by")
    func layers() throws {
        let json = """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64,
             "intermediate_size": 176, "num_hidden_layers": 3, "num_attention_heads": 4,
             "num_key_value_heads": 2, "vocab_size": 300, "max_position_embeddings": 128,
             "rms_norm_eps": 1e-5, "hidden_act": "silu", "torch_dtype": "bfloat16"}
            """
        let layers = LayerShape.layers(of: try ModelDescription(json: Array(json.utf8)))
        #expect(layers.map(\.rowCount) == [128, 64, 352, 64, 300])
        #expect(layers.map(\.columnCount) == [64, 64, 64, 176, 64])
        #expect(layers.map(\.count) == [3, 3, 3, 3, 1])
    }

    @Test("every format makes a matrix that can be timed")
    func formats() throws {
        var benchmark = KernelBenchmark(layers: [
            LayerShape(name: "layer", rowCount: 100, columnCount: 40)
        ])
        benchmark.rowCounts = [1, 3]
        benchmark.threadCount = 1
        benchmark.seconds = 0
        benchmark.coldByteCount = 20_000
        let result = try benchmark.run(limits: MachineLimits())
        // A CPU without products of bfloat16 leaves their format out.
        #expect(result.timings.count == 2 * result.formats.count)
        #expect(
            Set(result.formats).isSuperset(of: ["float32", "float16", "bfloat16", "int4-g128"])
        )
        #expect(result.timings.allSatisfy { $0.seconds > 0 })
        #expect(Set(KernelFormat.all.map(\.name)).count == KernelFormat.all.count)
    }
}

@Suite("Limits of a machine")
struct MachineLimitsTests {
    private var limits: MachineLimits {
        var limits = MachineLimits()
        func rate(_ name: String, _ threads: Int, _ median: Double) -> MachineLimits.Rate {
            MachineLimits.Rate(name: name, threadCount: threads, median: median, best: 2 * median)
        }
        limits.memory = [rate("1 stream", 1, 10e9), rate("4 streams", 1, 12e9), rate("x", 2, 20e9)]
        limits.multipliers = [
            rate(Multiplier.float32AVX2.rawValue, 1, 50e9),
            rate(Multiplier.int8AVX2.rawValue, 1, 100e9),
            rate(Multiplier.int8ShortAVX2.rawValue, 1, 150e9),
            rate(Multiplier.int8AVX512VNNI.rawValue, 1, 500e9),
        ]
        limits.clock = [rate("clock", 1, 3e9)]
        return limits
    }

    @Test("a limit is the best way this machine has, for that many threads")
    func best() {
        #expect(limits.bytesPerSecond(threadCount: 1) == 12e9)
        #expect(limits.bytesPerSecond(threadCount: 2) == 20e9)
        #expect(limits.bytesPerSecond(threadCount: 3) == 0)
        #expect(limits.multiplyAddsPerSecond(.int8, .avx2, threadCount: 1) == 150e9)
        #expect(limits.multiplyAddsPerSecond(.int8, .avx512, threadCount: 1) == 500e9)
        #expect(limits.multiplyAddsPerSecond(.bfloat16, .avx2, threadCount: 1) == 50e9)
        #expect(limits.multiplyAddsPerSecond(.float32, .neon, threadCount: 1) == 0)
    }

    @Test("the table says what, how many threads, the median and the best")
    func table() {
        let lines = limits.text().split(separator: "\n")
        #expect(lines.count == 9)
        #expect(
            lines[1] == "1 stream                                     1      10.00      20.00 GB/s"
        )
        #expect(lines[8].hasSuffix("3.00       6.00 GHz, all threads together"))
    }

    @Test("every multiplier has a unit of its own, and one of them is here")
    func units() {
        #expect(Multiplier.allCases.contains { $0.isAvailable })
        for multiplier in Multiplier.allCases where multiplier.isAvailable {
            #expect(InstructionSet.available.contains(multiplier.instructionSet))
        }
    }
}
