public import Checkpoints
public import Compute

/// A model with its weights on a device: token ids in, logits out.
///
/// Made and used on one thread. Between steps it keeps nothing of the requests: what they have
/// computed is in the `PagedKeyValues` that every step is given.
public protocol Architecture: AnyObject {
    /// What config.json says about the model.
    var description: ModelDescription { get }

    /// The most rows a batch may have; all activations are made for it.
    var maxTokensPerStep: Int { get }

    /// The most rows of logits one call of ``logits(outputs:)`` computes.
    var maxLogitRows: Int { get }

    /// Runs all layers over a batch and writes its keys and values into the cache.
    ///
    /// Afterwards the hidden rows of `batch.outputRows` are ready for ``logits(outputs:)``. Token
    /// ids must be below the vocabulary size, positions below the context length.
    func forward(_ batch: Batch, keyValues: PagedKeyValues)

    /// The logits of some of the last batch's output rows.
    ///
    /// Row i of the result belongs to `batch.outputRows[outputs.lowerBound + i]`; it stays valid
    /// until the next call. At most ``maxLogitRows`` at once: for a large vocabulary this bounds
    /// the memory.
    func logits(outputs: Range<Int>) -> Tensor

    /// The hidden rows of the last batch's outputs, after the final norm: what the logits are
    /// computed from.
    ///
    /// Row i belongs to `batch.outputRows[i]`; it stays valid until the next batch.
    var hiddenOutputs: Tensor { get }
}

extension Architecture {
    /// Makes a cache of keys and values that fits the model.
    public func makeKeyValues(
        on device: any Device,
        blockCount: Int,
        elementType: KeyValueType
    ) throws(ComputeError) -> PagedKeyValues {
        try device.makePagedKeyValues(
            layerCount: description.layerCount,
            blockCount: blockCount,
            keyValueHeadCount: description.keyValueHeadCount,
            headDimension: description.headDimension,
            elementType: elementType
        )
    }
}
