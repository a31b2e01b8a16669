package import Architectures
package import Checkpoints
package import Compute
package import Scheduling

/// Makes what the loop owns, on the loop's thread.
package struct EngineBuilder: Sendable {
    let configuration: EngineConfiguration
    let checkpoint: Checkpoint
    let plan: MemoryPlan

    /// A builder for one engine.
    package init(configuration: EngineConfiguration, checkpoint: Checkpoint, plan: MemoryPlan) {
        self.configuration = configuration
        self.checkpoint = checkpoint
        self.plan = plan
    }

    package func makeDevice() throws -> CPUDevice {
        try CPUDevice(
            threadCount: configuration.threadCount,
            instructionSet: configuration.instructionSet,
            activations: plan.activationType,
            roundsToIntegers: plan.roundsToIntegers
        )
    }

    /// Such as `CPU, avx512 kernels, 2 threads`.
    func name(of device: CPUDevice) -> String {
        "CPU, \(device.instructionSet.rawValue) kernels, \(device.threadCount) threads"
    }

    package func makeRunner(
        on device: any Device,
        trace: Trace? = nil,
        cache: WeightCache? = nil,
        progress: @Sendable (Double) -> Void
    ) throws -> ModelRunner {
        var description = checkpoint.description
        description.weightType = plan.weightType
        description.contextLength = plan.maxModelLength
        let device = trace.map { TracingDevice(device, trace: $0) } ?? device
        let model = try ArchitectureRegistry.make(
            description,
            weights: try checkpoint.openWeights(),
            quantization: configuration.quantization,
            keepsFloat32: configuration.keepsFloat32(parameterCount: plan.parameterCount),
            cache: cache,
            device: device,
            maxTokensPerStep: configuration.maxTokensPerStep,
            maxLogitRows: ModelRunner.maxLogitRows,
            progress: progress
        )
        let keyValues = try model.makeKeyValues(
            on: device,
            blockCount: plan.blockCount,
            elementType: plan.keyValueType
        )
        return ModelRunner(model: model, keyValues: keyValues, trace: trace)
    }

    package func makeScheduler() -> Scheduler {
        var limits = Self.limits(configuration, plan)
        // Secret, so that nobody can write prompts whose hashes collide. Answers do not depend
        // on it.
        limits.hashSeed = .random(in: .min ... .max)
        return Scheduler(limits: limits, policy: configuration.policy)
    }

    static func limits(
        _ configuration: EngineConfiguration,
        _ plan: MemoryPlan
    ) -> SchedulerLimits {
        SchedulerLimits(
            tokensPerStep: configuration.maxTokensPerStep,
            maxRunningRequests: configuration.maxRunningRequests,
            blockCount: plan.blockCount,
            slotsPerBlock: PagedKeyValues.slotsPerBlock,
            maxModelLength: plan.maxModelLength,
            prefixCaching: configuration.prefixCaching
        )
    }
}
