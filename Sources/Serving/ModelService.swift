import Inference
import OpenAIProtocol
import TextGeneration

/// What the routes share: the model, its metrics, the operator's decisions.
struct ModelService: Sendable {
    let model: LanguageModel
    let metrics: ServingMetrics
    let configuration: ServerConfiguration
    /// How the model marks calls and thoughts.
    let dialect: AnswerDialect
    /// Unix seconds of the server's start.
    let startedAt: Int
    /// The same on the clock that is never set.
    let startInstant = ContinuousClock().now

    init(model: LanguageModel, metrics: ServingMetrics, configuration: ServerConfiguration) {
        self.model = model
        self.metrics = metrics
        self.configuration = configuration
        dialect = Self.dialect(of: model, configuration)
        startedAt = UnixTime.now()
    }

    /// The one entry of the model list.
    var card: ModelCard {
        ModelCard(
            id: model.name,
            created: startedAt,
            root: model.engine.configuration.modelFolder,
            maxModelLength: model.maxModelLength
        )
    }

    /// Refuses a name that is not the served model's; no name means the only model.
    func check(modelName: String?) throws(APIError) {
        guard let modelName, !modelName.isEmpty, modelName != model.name else { return }
        throw .notFound(
            "The model `\(modelName.prefix(256))` does not exist. This server has `\(model.name)`.",
            param: "model"
        )
    }
}
