import Hummingbird
import Inference
import JSONDocuments
import OpenAIProtocol
import PrometheusExport
import TextGeneration

/// Routes that say how things are; none of them waits for the engine.
enum StatusRoutes {
    /// Ready: the loop completed a step lately or has nothing to do, and takes requests.
    static func ready(_ service: ModelService) throws -> Response {
        guard !service.model.engine.status.isDraining else {
            throw APIError(
                status: 503,
                message: "The server is shutting down.",
                retryAfterSeconds: service.model.engine.retryAfterSeconds
            )
        }
        return try live(service)
    }

    /// Alive: the loop completed a step lately or has nothing to do.
    ///
    /// Starting again would not help while the model is loaded or the last answers are finished.
    static func live(_ service: ModelService) throws -> Response {
        let seconds = service.model.engine.status.secondsSinceProgress
        if seconds > service.configuration.stallSeconds {
            throw APIError(
                status: 503,
                message: "The engine has made no step for \(Int(seconds)) s."
            )
        }
        return Response(status: .ok)
    }

    static func models(_ service: ModelService) -> Response {
        Response(json: ModelCard.encoded(list: [service.card]))
    }

    static func model(_ service: ModelService, _ call: RouteCall) throws -> Response {
        let name = percentDecoded(call.parameter)
        try service.check(modelName: name.isEmpty ? "/" : name)
        return Response(json: service.card.encoded())
    }

    static func version(_ service: ModelService) -> Response {
        var writer = JSONWriter()
        writer.object { $0.member("version", service.configuration.version) }
        return Response(json: writer.bytes)
    }

    /// How many requests are in the engine's hands.
    static func load(_ service: ModelService) -> Response {
        var writer = JSONWriter()
        writer.object {
            $0.member("server_load", service.model.engine.status.unfinishedRequestCount)
        }
        return Response(json: writer.bytes)
    }

    static func metrics(_ service: ModelService) -> Response {
        let text = service.metrics.text(service.model.engine.status)
        return Response(
            status: .ok,
            headers: [.contentType: MetricRegistry.textMediaType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    /// The routes and their fields, for people and for tools that make clients.
    static func openAPI(_ service: ModelService) -> Response {
        Response(json: OpenAPIDocument.encoded(version: service.configuration.version))
    }

    /// A model's name may hold slashes and other signs that clients encode.
    private static func percentDecoded(_ path: String) -> String {
        var bytes: [UInt8] = []
        var rest = path.utf8[...]
        while let byte = rest.popFirst() {
            let digits = String(rest.prefix(2)) ?? ""
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2,
                let code = UInt8(digits, radix: 16)
            {
                bytes.append(code)
                rest.removeFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
