import HTTPTypes
import HummingbirdCore
import OpenAIProtocol
package import TextGeneration

/// Requests that come without a connection: from the body to the engine's door, everything is as
/// it is for one that came by HTTP.
package struct DirectCalls: Sendable {
    private let service: ModelService

    /// Routes over a model.
    package init(model: LanguageModel) {
        service = ModelService(
            model: model,
            metrics: ServingMetrics(modelName: model.name),
            configuration: ServerConfiguration()
        )
    }

    /// What a body is answered with: the status, and for an error its text.
    package func answer(
        _ route: Route,
        _ body: [UInt8]
    ) async -> (status: Int, message: String) {
        let call = RouteCall(
            body: body,
            parameter: "",
            identity: "direct",
            keyIndex: 0
        )
        do {
            return (try await route.answer(service, call).status.code, "")
        } catch let error as APIError {
            return (error.status, error.message)
        } catch {
            return (500, "\(error)")
        }
    }
}
