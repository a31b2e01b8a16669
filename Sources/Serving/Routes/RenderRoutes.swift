import Hummingbird
import JSONDocuments
import OpenAIProtocol
import Sampling
import TextGeneration

/// The prompts of requests, without running them: for routers that choose by prefix, and for people
/// who want to see what the model sees.
///
/// An element has vLLM's members (`request_id`, `token_ids`, `features`, `sampling_params`) and the
/// text where there is one.
enum RenderRoutes {
    /// `POST /v1/completions/render`: one element per prompt.
    static func completion(_ service: ModelService, _ call: RouteCall) throws -> Response {
        let request = try CompletionRequest(body: call.body)
        try service.check(modelName: request.options.model)
        let wanted = request.textRequests(
            defaults: service.model.defaults,
            grammar: nil,
            namespace: 0
        )
        var prompts: [[Int32]] = []
        for text in wanted { prompts.append(try ids(of: text, service)) }
        var writer = JSONWriter()
        writer.array(zip(wanted, prompts)) { writer, element in
            let (text, ids) = element
            writer.object { writer in
                writer.member("request_id", "cmpl-" + call.identity)
                writer.render(ids, text.parameters, model: service.model.name)
            }
        }
        return Response(json: writer.bytes)
    }

    /// `POST /v1/chat/completions/render`.
    static func chat(_ service: ModelService, _ call: RouteCall) throws -> Response {
        let request = try ChatCompletionRequest(body: call.body)
        let prompt = try ChatPrompt(request, service: service)
        var parameters = SamplingParameters(request.sampling, defaults: service.model.defaults)
        parameters.maxTokens = request.sampling.maxTokens
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("request_id", "chatcmpl-" + call.identity)
            writer.member("prompt", prompt.text)
            writer.render(prompt.tokenIDs, parameters, model: service.model.name)
        }
        return Response(json: writer.bytes)
    }

    /// `POST /apply-template`, llama.cpp's: the text alone.
    static func applyTemplate(_ service: ModelService, _ call: RouteCall) throws -> Response {
        let request = try ChatCompletionRequest(body: call.body)
        let prompt = try ChatPrompt(request, service: service)
        var writer = JSONWriter()
        writer.object { $0.member("prompt", prompt.text) }
        return Response(json: writer.bytes)
    }

    private static func ids(
        of request: TextRequest,
        _ service: ModelService
    ) throws(APIError) -> [Int32] {
        do {
            return try service.model.promptTokenIDs(request)
        } catch {
            throw APIError(error, service.model.engine)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func render(
        _ ids: [Int32],
        _ parameters: SamplingParameters,
        model: String
    ) {
        member("model", model)
        member("token_ids", ids)
        member("features", nil as String?)
        name("sampling_params")
        object { writer in
            for (name, value) in [
                ("temperature", parameters.temperature), ("top_p", parameters.topP),
                ("min_p", parameters.minP),
                ("repetition_penalty", parameters.repetitionPenalty),
                ("presence_penalty", parameters.presencePenalty),
                ("frequency_penalty", parameters.frequencyPenalty),
            ] {
                writer.name(name)
                writer.number(value)
            }
            writer.member("top_k", parameters.topK)
            writer.member("n", parameters.n)
            writer.member("max_tokens", parameters.maxTokens)
            writer.member("min_tokens", parameters.minTokens)
            writer.name("stop")
            writer.array(parameters.stop) { $0.string($1) }
            writer.member("stop_token_ids", parameters.stopTokenIDs)
            writer.member("ignore_eos", parameters.ignoreEOS)
            writer.name("seed")
            if let seed = parameters.seed {
                writer.integer(Int64(bitPattern: seed))
            } else {
                writer.null()
            }
        }
    }
}
