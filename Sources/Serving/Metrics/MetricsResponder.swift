import Hummingbird
import OpenAIProtocol

/// Answers on the port that has nothing but `/metrics`.
struct MetricsResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let served: ServedModel
    let hosts: HostCheck

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var response = answer(request)
        if request.method == .head { response = response.createHeadResponse() }
        return response
    }

    private func answer(_ request: Request) -> Response {
        guard hosts.allows(request.head.authority) else {
            return Response(APIError(status: 403, message: "This is not the server's name."))
        }
        guard request.uri.path == Route.metrics.rawValue else {
            return Response(.notFound("There is only \(Route.metrics.rawValue) here."))
        }
        guard Route.metrics.methods.contains(request.method) else {
            return Response(APIError(status: 405, message: "Metrics are read with GET."))
        }
        guard let service = served.service else {
            return Response(APIError(status: 503, message: "The model is being loaded."))
        }
        return StatusRoutes.metrics(service)
    }
}
