import ArgumentParser
import Checkpoints
import LoadTesting
import Measuring

/// `martlet bench kernels`: matrix products against the limits of the machine.
struct BenchKernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Time the matrix products of a shape against the machine's limits.",
        discussion: """
            The limits are measured in the same run. Weights are random. Example:
              martlet bench kernels --shape MODEL --formats bfloat16 --batch-sizes 1,9,32
            """
    )

    @Option(help: "A folder with config.json, whose linear layers are timed.")
    var shape: String?

    @Option(help: "Outputs of a single layer.")
    var rows: HumanInteger?

    @Option(help: "Inputs of a single layer.")
    var columns: HumanInteger?

    @Option(help: "Rows of the input: requests that decode, or tokens of a prompt.")
    var batchSizes = NumberList([1, 2, 4, 8, 9, 16, 32, 512])

    @Option(help: "How weights are stored, a list; without it all ways there are.")
    var formats: String?

    @Option(help: "Threads; without it one per core the process may use.")
    var threads: Int?

    @Option(help: "Seconds that each product is repeated; the median counts.")
    var seconds = 0.25

    @Option(help: "Where the results are written as JSON.")
    var json: String?

    func validate() throws {
        guard (shape == nil) != (rows == nil), (rows == nil) == (columns == nil) else {
            throw ValidationError("Give --shape FOLDER, or --rows and --columns.")
        }
        for number in [rows, columns] {
            guard 1...(1 << 24) ~= number?.value ?? 1 else {
                throw ValidationError("--rows and --columns must be from 1 to \(1 << 24).")
            }
        }
        guard batchSizes.counts != nil, 1...4096 ~= threads ?? 1, 0...3600 ~= seconds else {
            throw ValidationError(
                "--batch-sizes are whole numbers from 1, --threads is from 1 to 4096, --seconds "
                    + "from 0 to 3600."
            )
        }
        _ = try chosenFormats()
    }

    func run() throws {
        var benchmark = KernelBenchmark(layers: try layers())
        benchmark.formats = try chosenFormats()
        benchmark.rowCounts = batchSizes.counts ?? []
        benchmark.threadCount = threads
        benchmark.seconds = seconds
        let progress = ProgressLine()
        let limits = MachineLimits.measure(threadCount: threads) { progress.show($0) }
        let result = try benchmark.run(limits: limits) { progress.show($0) }
        progress.finish()
        print(limits.text())
        print(result.text(), terminator: "")
        let report = ReportValue.fields(["limits": limits.report(), "kernels": result.report()])
        try BenchFiles.write(report, to: json)
    }

    private func layers() throws -> [LayerShape] {
        guard let shape else {
            let (rows, columns) = (rows?.value ?? 1, columns?.value ?? 1)
            return [LayerShape(name: "layer", rowCount: rows, columnCount: columns)]
        }
        let checkpoint = try Checkpoint(folder: shape, loadFormat: .dummy(seed: 0))
        return LayerShape.layers(of: checkpoint.description)
    }

    private func chosenFormats() throws -> [KernelFormat] {
        guard let formats else { return KernelFormat.all }
        return try formats.split(separator: ",").map { name in
            guard let format = KernelFormat.all.first(where: { $0.name == name }) else {
                let known = KernelFormat.all.map(\.name).joined(separator: ", ")
                throw ValidationError("--formats knows \(known), not '\(name)'.")
            }
            return format
        }
    }
}
